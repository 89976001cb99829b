import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { createMemoryFile } from '../../host/files/memory-file.ts';
import { SpawnError } from '../../host/processes/spawn.ts';
import { O_PATH } from '../../linux/open-flags.ts';
import { Capability, heldCapabilities } from '../../walls/capabilities.ts';
import { landlockVersion } from '../../walls/landlock.ts';
import { missingMechanisms } from '../../walls/mechanisms.ts';
import type { StartMessage } from '../../worlds/messages.ts';
import { isRefusal } from '../../worlds/namespace-refusal.ts';
import { type Patience, waitForEnd } from '../../worlds/run-to-end.ts';
import { launcherNow, startLinux } from '../../worlds/start.ts';
import type { Walls, World, WorldEntry } from '../../worlds/world.ts';
import { type LinkBounds, LinkerEnded, WAITS } from './linker-bounds.ts';
import type { OwnFolders } from './own-folders.ts';
import { pipeWaitedFor } from './waited-pipe.ts';

/** The start of the linker's process. */
export type LinkerCall = {
  /** The executable of esbuild. */
  readonly file: string;
  readonly arguments: readonly string[];
  /** Its standard input. */
  readonly input: Uint8Array;
};

/** Bytes that it may write. */
const MOST_OUTPUT = 2 ** 30;

/** The walls of the last linker; those that this host refuses are not tried again. */
let walls: Walls = 'all';

/**
 * Runs the linker where there is nothing but a program's own folders, to be read: in a world of its own, or by Landlock
 * alone on hosts without namespaces, where it can still learn which files exist.
 *
 * @returns Its standard output.
 * @throws LinkerEnded when it had to be ended, or ended without an answer.
 * @throws ConfinementMissing when this host has neither.
 */
export function runLinker(call: LinkerCall, own: OwnFolders, bounds: LinkBounds): Buffer {
  if (walls === 'all') {
    try {
      return runWithin('all', call, own, bounds);
    } catch (error) {
      if (!(error instanceof WorldRefused)) throw error;
      walls = 'landlock';
    }
  }
  if (landlockVersion() === 0) throw new ConfinementMissing();
  return runWithin('landlock', call, own, bounds);
}

/** The host has neither namespaces nor Landlock. */
export class ConfinementMissing extends Error {
  override readonly name = 'ConfinementMissing';
}

/** The host makes no world for this user. */
class WorldRefused extends Error {}

function runWithin(by: Walls, call: LinkerCall, own: OwnFolders, bounds: LinkBounds): Buffer {
  const open: number[] = [];
  const keep = (descriptor: number): number => {
    open.push(descriptor);
    return descriptor;
  };
  try {
    const input = keep(createMemoryFile('cloudabi-sources', [call.input]));
    const output = keep(createMemoryFile('cloudabi-linked', []));
    const executable = keep(openSync(call.file, O_PATH));
    const waits = watch(bounds);
    const world = worldOf(by, call, own, { executable, input, output }, bounds);
    const message = answered(by, () =>
      waitForEnd(
        startLinux(world, { seccomp: missingMechanisms().includes('seccomp'), signals: true }),
        waits,
      ),
    );
    if (message === undefined) throw new LinkerEnded(waits.reason() ?? 'the linker was killed');
    if (message.kind === 'failed') throw new LinkerEnded(`cannot ${message.step.words}`);
    if (message.status !== 0) throw new LinkerEnded('the linker has failed, or used up its memory');
    return contentOf(output);
  } finally {
    for (const descriptor of open) closeSync(descriptor);
  }
}

/** @throws WorldRefused when it is the host that does not make such a world. */
function answered(by: Walls, run: () => StartMessage | undefined): StartMessage | undefined {
  try {
    const message = run();
    const refused = message?.kind === 'failed' && message.step.needs !== undefined && by === 'all';
    if (refused) throw new WorldRefused(message.step.words);
    return message;
  } catch (error) {
    if (by === 'all' && error instanceof SpawnError && isRefusal(error.errno))
      throw new WorldRefused(error.message);
    throw error;
  }
}

function watch({ time }: LinkBounds): Patience & { readonly reason: () => string | undefined } {
  const end = performance.now() + time;
  let reason: string | undefined;
  return {
    every: Math.min(WAITS, time),
    look: (first) => {
      const pipe = pipeWaitedFor(first);
      if (pipe !== undefined) reason = `'${pipe}' is a pipe, for which it would wait`;
      else if (performance.now() >= end) reason = `it takes longer than ${time / 1000} s`;
      return reason !== undefined;
    },
    reason: () => reason,
  };
}

function worldOf(
  by: Walls,
  call: LinkerCall,
  own: OwnFolders,
  files: { readonly executable: number; readonly input: number; readonly output: number },
  bounds: LinkBounds,
): World {
  const folders = own.held.map(
    ({ path, descriptor }): WorldEntry => ({
      kind: 'mount',
      descriptor,
      at: path,
      access: 'read',
      execute: false,
    }),
  );
  return {
    executable: files.executable,
    executablePath: call.file,
    arguments: [call.file, ...call.arguments],
    environment: [],
    workingDirectory: '/',
    entries: [
      ...folders,
      { kind: 'mount', descriptor: files.executable, at: call.file, access: 'read', execute: true },
    ],
    descriptors: [
      [0, files.input],
      [1, files.output],
      [2, files.output],
    ],
    network: { kind: 'none' },
    limits: {
      resources: [
        ['dataSize', bounds.memory],
        ['fileSize', MOST_OUTPUT],
      ],
      cgroups: [],
    },
    calls: [],
    walls: by,
    capabilities: readingOthers(),
  };
}

/** Capabilities that let root read the programs of others. */
function readingOthers(): readonly number[] {
  const { dacReadSearch } = Capability;
  const holds = launcherNow().privileged && ((heldCapabilities() >> BigInt(dacReadSearch)) & 1n) === 1n;
  return holds ? [dacReadSearch] : [];
}

function contentOf(file: number): Buffer {
  const bytes = Buffer.alloc(fstatSync(file).size);
  for (let at = 0; at < bytes.length; ) {
    const read = readSync(file, bytes, at, bytes.length - at, at);
    if (read === 0) break;
    at += read;
  }
  return bytes;
}
