import { readChild } from './child-resource.ts';
import { type Command, readCommand } from './command.ts';
import { readExecutable } from './executable.ts';
import { readFd } from './fd.ts';
import type { ReadContext } from './fields.ts';
import { readFile } from './file.ts';
import { readNetworkResource } from './network-resource.ts';
import { readPipe } from './pipe.ts';
import type { Resource } from './resource.ts';
import { readServiceTag } from './service-tag.ts';
import { readSharedMemory } from './shared-memory.ts';
import { readSocket } from './socket.ts';
import type { Written } from './written.ts';

/** Makes a resource of written values; `undefined` after a mistake, which has been reported. */
export type Reader = (written: Written, context: ReadContext) => Resource | undefined;

/** The tags that stand for descriptors, by name, in the order of the documentation. */
export const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['fd', readFd],
  ['file', readFile],
  ['socket', readSocket],
  ['pipe', readPipe],
  ['shared_memory', readSharedMemory],
  ['executable', readExecutable],
  ['network', readNetworkResource],
  ['service', readServiceTag],
  ['process', readChild],
]);

/** The tag that stands for a whole world, and only at the top. */
export const COMMAND_TAG = 'command';

/** The names of all tags. */
export const tagNames: readonly string[] = [...readers.keys(), COMMAND_TAG];

export { type Command, readCommand };
