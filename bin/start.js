import { ensureBuilt } from './build.js';
import { ensureInstalled } from './install.js';

// The server is loaded into this process, not spawned: signals and memory are its own.
await ensureInstalled();
await ensureBuilt();
await import('../dist/main.js');
