#!/usr/bin/env node
import { existsSync } from 'node:fs';

// An installed package brings dist/ and this file only; a checkout is built first.
const isCheckout = existsSync(new URL('../src', import.meta.url));
await import(isCheckout ? './start.js' : '../dist/main.js');
