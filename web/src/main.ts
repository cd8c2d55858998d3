import { mount } from 'svelte';
import App from './App.svelte';
import { openDrafts } from './app/draft.ts';
import { startKeys } from './app/keys.ts';
import { startRouter } from './app/router.svelte.ts';
import { startSession } from './app/session.svelte.ts';
import './look/base.css';
import { registerServiceWorker } from './offline/register.ts';

startRouter();
startKeys();
registerServiceWorker();
// Both ask the browser for what it keeps: side by side, since somebody waits to write.
const drafts = openDrafts();
void startSession();
await drafts;
mount(App, { target: document.getElementById('app') as HTMLElement });
