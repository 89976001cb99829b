import type { Calls } from '../../../abi/generated/calls.ts';
import { dispatch32 } from '../../../abi/generated/dispatch32.ts';
import { type Guest, type Imports, trapProgram } from '../guest.ts';
import { descriptorCalls } from './descriptors.ts';
import { fileCalls } from './files.ts';
import { memoryCalls } from './memory.ts';
import { pathCalls } from './paths.ts';
import { pollCalls } from './poll.ts';
import { socketCalls } from './sockets.ts';
import { processCalls } from './system.ts';
import { threadCalls } from './threads.ts';

/** The import module of CloudABI's own calls. */
export const CLOUDABI_MODULE = 'cloudabi';

/** Every call of CloudABI. What the generated dispatch lets through has addresses and values that are possible. */
export function cloudabiImports(guest: Guest): Imports {
  const calls: Calls = {
    ...descriptorCalls(guest),
    ...fileCalls(guest),
    ...memoryCalls(guest),
    ...pathCalls(guest),
    ...pollCalls(guest),
    ...processCalls(guest),
    ...socketCalls(guest),
    ...threadCalls(guest),
  };
  return dispatch32(guest.memory, calls, trapProgram);
}
