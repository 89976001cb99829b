import './configuration/parsers.ts';
import { closeSync, fstatSync, readSync } from 'node:fs';
import type { AnsweredRings } from '../capsicum/rings.ts';
import { dieWithParent } from '../host/processes/parent.ts';
import { hasRing } from '../host/ring.ts';
import { takeOver } from '../host/sockets/handover.ts';
import { confine } from '../walls/confinement.ts';
import { readyServices } from './serve.ts';
import { channelHostCalls } from './service-calls.ts';
import { decodeStart } from './start-message.ts';
import { services } from './table.ts';

/** The descriptor on which a process of services is handed its message and everything it has. */
export const SERVICE_HANDOVER = 3;

/**
 * Runs a process of services: it takes over what it holds, confines itself, and answers until its last channel is closed.
 */
export async function serveServices(): Promise<void> {
  const [file, ...descriptors] = takeOver(SERVICE_HANDOVER) ?? [];
  // The launcher has gone before it could hand anything over.
  if (file === undefined) process.exit(0);
  closeSync(SERVICE_HANDOVER);
  const { parent, accept, channels } = decodeStart(readAll(file), descriptors, services);
  closeSync(file);
  if (!dieWithParent(parent)) process.exit(0);
  const { loop, run } = readyServices(channels);
  const rings = await ringsOfNode();
  confine({
    descriptors: channels.flatMap(({ service, held }) => service.walls?.directories?.(held) ?? []),
    beneath: channels.flatMap(({ service, held, limits }) => service.walls?.landlock?.(held, limits) ?? []),
    // Sockets of clients must not get the numbers of standard streams, which Node uses by itself: these are /dev/null.
    keep: [0, 1, 2, loop, ...descriptors, ...(rings?.keep ?? [])],
    accepted: accept,
    capabilities: [],
    calls: channelHostCalls,
    eventLoop: [...channels.flatMap(({ service }) => service.walls?.calls ?? []), ...(rings?.calls ?? [])],
    ...(rings !== undefined && { trap: { silent: rings.silent } }),
  });
  await run();
  process.exit(0);
}

/** The needs of Node's event loop where it has rings of io_uring(7), as newer versions of Node do. */
async function ringsOfNode(): Promise<AnsweredRings | undefined> {
  if (!hasRing()) return undefined;
  const { answerRings } = await import('../capsicum/rings.ts');
  return answerRings();
}

function readAll(file: number): Uint8Array {
  const bytes = Buffer.alloc(fstatSync(file).size);
  let length = 0;
  while (length < bytes.length) {
    const count = readSync(file, bytes, length, bytes.length - length, length);
    if (count === 0) break;
    length += count;
  }
  return bytes.subarray(0, length);
}
