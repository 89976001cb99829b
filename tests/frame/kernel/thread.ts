// Runs as a worker of the tests of locks and of shared descriptors: one thread of a process.
import { workerData } from 'node:worker_threads';
import { type LockWork, useLocks } from './locks-work.ts';
import { type DescriptorWork, useDescriptors } from './shared-descriptors-work.ts';

const work: LockWork | DescriptorWork = workerData;
if (work.kind === 'locks') useLocks(work);
else useDescriptors(work);
