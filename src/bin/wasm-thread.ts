import { isMainThread } from 'node:worker_threads';
import { guestThread } from '../run/wasm/guest-thread.ts';

// On the main thread, this is only being compiled.
if (!isMainThread) guestThread();
