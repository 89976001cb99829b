import { isMainThread } from 'node:worker_threads';
import { observingThread } from '../run/observing/observing-thread.ts';

// On the main thread, this is only being compiled.
if (!isMainThread) observingThread();
