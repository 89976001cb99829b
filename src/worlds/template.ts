import { isBeneath } from '../host/files/beneath.ts';
import { close } from '../host/files/files.ts';
import { makeSocketPair } from '../host/files/new-descriptors.ts';
import { CallList } from '../host/processes/call-list.ts';
import { packProgram } from '../host/processes/launch-stub.ts';
import { type Spawned, spawnStub } from '../host/processes/spawn.ts';
import { UINT_MAX } from '../linux/fcntl.ts';
import { AT_FDCWD, O_CLOEXEC } from '../linux/open-flags.ts';
import { PR_SET_PDEATHSIG } from '../linux/prctl.ts';
import { CLONE_NEWNS } from '../linux/processes.ts';
import { SIGKILL } from '../linux/signals.ts';
import type { HostObject } from './objects.ts';
import { RootBuilder } from './root.ts';
import type { RootPlaces } from './root-places.ts';
import type { SharedEntry, WorldEntry } from './world.ts';

/*
 * A root that many starts share a part of: a process makes it in a mount namespace of its own, which stays as long as the
 * launcher holds a descriptor of it. Each start enters it, makes a copy for itself, and adds its own parts. Programs
 * share nothing that they can change: all mounts are private and read-only.
 */

/** The most files that a start opens again through a read-only mount. */
export const MOST_HIDDEN_FILES = 8;

/** The place in the root that the program's /proc covers: nothing finds it any more then. */
const COVERED = 'proc';

/** A directory in the hidden place. */
export const HIDDEN_DIRECTORY: string = `${COVERED}/queues`;

/** A file in the hidden place. */
export function hiddenFile(index: number): string {
  return `${COVERED}/${index}`;
}

/** The number of the process's socket. */
const STATUS = 3;

/** The byte that a template's process writes when it is made. */
export const READY = 1;

/** The entries that a start has for itself, with their objects. */
export type OwnEntries = {
  readonly world: { readonly entries: readonly WorldEntry[] };
  readonly objects: ReadonlyMap<WorldEntry, HostObject>;
};

/**
 * Adds the steps that make the shared part of a root, with places for the rest.
 *
 * @param objects Those of the shared entries; stand-ins where the steps are not taken.
 */
function addTemplateRoot(
  list: CallList,
  shared: readonly SharedEntry[],
  own: OwnEntries,
  objects?: ReadonlyMap<WorldEntry, HostObject>,
): RootBuilder {
  const root = new RootBuilder(list);
  root.keepApart();
  root.begin();
  for (const each of shared)
    root.add(each.entry, objects === undefined ? standIn(each) : objects.get(each.entry));
  const memory = own.world.entries.filter(({ kind }) => kind === 'tmpfs').map(({ at }) => at);
  for (const entry of own.world.entries)
    if (!memory.some((place) => entry.at !== place && isBeneath(entry.at, place)))
      root.makePlace(entry, own.objects.get(entry));
  root.makeHiddenPlace(HIDDEN_DIRECTORY, true);
  for (let index = 0; index < MOST_HIDDEN_FILES; index++) root.makeHiddenPlace(hiddenFile(index), false);
  return root;
}

/** Places by the shared parts of a root. */
const known = new WeakMap<readonly SharedEntry[], RootPlaces>();

/** Lists the places of such a root, as a start finds them. */
export function templatePlaces(shared: readonly SharedEntry[], own: OwnEntries): RootPlaces {
  let places = known.get(shared);
  if (places === undefined) {
    ({ places } = addTemplateRoot(new CallList(), shared, own));
    known.set(shared, places);
  }
  return places.copy();
}

function standIn({ entry, directory }: SharedEntry): HostObject {
  return { descriptor: -1, path: Buffer.from(entry.at), device: 0n, inode: 0n, directory };
}

/** A process that makes a template, and our end of its socket: it waits until that is closed. */
export type TemplateProcess = { readonly process: Spawned; readonly status: number };

/**
 * Starts the process that makes a template.
 *
 * @param objects The objects of the shared mounts and devices.
 * @throws SystemError, SpawnError
 */
export function startTemplate(
  shared: readonly SharedEntry[],
  rest: OwnEntries,
  objects: ReadonlyMap<WorldEntry, HostObject>,
): TemplateProcess {
  const list = new CallList();
  list.call('close descriptors', 'close_range', [0, STATUS - 1, 0]);
  list.call('close descriptors', 'close_range', [STATUS + 1, UINT_MAX, 0]);
  list.call('end with the launcher', 'prctl', [PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0]);
  list.call('make a mount namespace', 'unshare', [CLONE_NEWNS]);
  const own = list.slot('namespace');
  const path = list.text('/proc/self/ns/mnt');
  list.call('open it', 'openat', [AT_FDCWD, path, O_CLOEXEC, 0], { result: own });
  const root = addTemplateRoot(list, shared, rest, objects);
  root.end();
  // A host that lets no process enter a namespace gets no templates.
  list.call('enter it', 'setns', [own, CLONE_NEWNS]);
  list.call('close it', 'close', [own]);
  const byte = list.data('ready', [Buffer.of(READY)]);
  list.call('say that it is made', 'write', [STATUS, byte, 1]);
  list.call('wait', 'read', [STATUS, byte, 1]);
  list.call('end', 'exit_group', [0]);
  const failure = list.label();
  list.place(failure);
  list.failAt(failure);
  list.call('end', 'exit_group', [1]);
  const [ours, theirs] = makeSocketPair();
  try {
    const program = packProgram(list);
    try {
      const process = spawnStub({ program, inherit: [], place: [[theirs, STATUS]], flags: 0 });
      return { process, status: ours };
    } finally {
      close(program);
    }
  } catch (error) {
    close(ours);
    throw error;
  } finally {
    close(theirs);
  }
}
