import { closeSync, mkdtempSync, openSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeSocketPair } from '../../host/files/new-descriptors.ts';
import { receiveListener } from '../../host/notifications/receive-listener.ts';
import { CallList } from '../../host/processes/call-list.ts';
import { packProgram } from '../../host/processes/launch-stub.ts';
import { reapIfEnded, type Spawned, spawnStub, waitShortly } from '../../host/processes/spawn.ts';
import { F_SETFD, FD_CLOEXEC, UINT_MAX } from '../../linux/fcntl.ts';
import { AT_EMPTY_PATH } from '../../linux/open-flags.ts';
import { PR_SET_NO_NEW_PRIVS, PR_SET_PDEATHSIG } from '../../linux/prctl.ts';
import {
  CLONE_NEWCGROUP,
  CLONE_NEWIPC,
  CLONE_NEWNET,
  CLONE_NEWNS,
  CLONE_NEWPID,
  CLONE_NEWUSER,
  CLONE_NEWUTS,
  RLIMIT_AS,
  RLIMIT_CORE,
  RLIMIT_NOFILE,
} from '../../linux/processes.ts';
import { SIG_IGN, SIG_SETMASK, SIGCHLD, SIGKILL, SIGPIPE } from '../../linux/signals.ts';
import { createRuleset } from '../../walls/landlock.ts';
import {
  FAULT_STACK,
  IMAGE,
  MOST_OPEN,
  RENDEZVOUS,
  RULESET,
  WINDOW_FILE,
  WINDOW_SIZE,
} from './guest-layout.ts';

/** The parts of a new executable's process. */
export type GuestParts = {
  /** Host descriptors of its image and its window. */
  readonly image: number;
  readonly window: number;
  /** Host descriptors that it may use by itself, by the program's number. */
  readonly direct: ReadonlyMap<number, number>;
  /** Bytes of memory that it may have at most. */
  readonly memoryLimit: number | undefined;
  /** False on a host without namespaces, where the user accepts that. */
  readonly namespaces: boolean;
  /** False where the user accepts to do without. */
  readonly landlock: boolean;
};

/** A process that is ready to be started: what it needs of the host is open. */
export type PreparedGuest = {
  /** Host descriptors that must stay open until then. */
  readonly keep: readonly number[];
  /**
   * Starts it. It filters its own system calls before its program begins.
   *
   * @returns `undefined` when it ended before that.
   * @throws SystemError, SpawnError
   */
  start(): SpawnedGuest | undefined;
};

/** A started executable, and the listener of its calls. */
export type SpawnedGuest = { readonly process: Spawned; readonly listener: number };

const NAMESPACES: number =
  CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP | CLONE_NEWPID;

/**
 * Prepares the process of an executable.
 *
 * @throws SystemError
 */
export function prepareGuest(parts: GuestParts): PreparedGuest {
  const root = parts.namespaces ? emptyRoot() : undefined;
  const ruleset = parts.landlock ? createRuleset([]) : undefined;
  const [ours, theirs] = makeSocketPair();
  const program = packProgram(steps(parts, ruleset !== undefined));
  const own = [ours, theirs, program, root, ruleset].filter((one) => one !== undefined);
  const start = (): SpawnedGuest | undefined => {
    const place: [number, number][] = [
      ...[...parts.direct].map(([number, host]): [number, number] => [host, number]),
      [parts.window, WINDOW_FILE],
      [theirs, RENDEZVOUS],
      [parts.image, IMAGE],
    ];
    if (ruleset !== undefined) place.push([ruleset, RULESET]);
    const process = spawnStub({
      program,
      inherit: [],
      place,
      flags: parts.namespaces ? NAMESPACES : 0,
      ...(root !== undefined && { prepare: enterRoot(root) }),
    });
    closeSync(theirs);
    const listener = receiveListener(ours);
    for (const one of own) if (one !== theirs) closeSync(one);
    return listener === undefined ? undefined : { process, listener };
  };
  return { keep: [...own, parts.image, parts.window], start };
}

/**
 * Makes the namespaces of an executable and enters its root, in a process that ends at once. A host may allow the namespaces and
 * then withhold all capabilities in them.
 *
 * @throws SpawnError when the host refuses them.
 */
export function tryNamespaces(): void {
  const list = new CallList();
  list.call('end', 'exit_group', [0]);
  const program = packProgram(list);
  const root = emptyRoot();
  try {
    const process = spawnStub({ program, inherit: [], flags: NAMESPACES, prepare: enterRoot(root) });
    while (reapIfEnded(process.pid) === undefined) waitShortly(process);
    closeSync(process.pidfd);
  } finally {
    closeSync(program);
    closeSync(root);
  }
}

function enterRoot(root: number): (list: CallList) => void {
  return (list) => {
    list.call('enter an empty directory', 'fchdir', [root]);
    list.call(ENTER_ROOT, 'chroot', [list.text('.')]);
  };
}

/** The first step in new namespaces that needs a capability. */
const ENTER_ROOT = 'make it the root';

/** Opens a directory that is empty for ever, because it has been removed. */
function emptyRoot(): number {
  const path = mkdtempSync(join(tmpdir(), 'cloudabi-root-'));
  try {
    return openSync(path, 'r');
  } finally {
    rmdirSync(path);
  }
}

/** Lists the steps of the new process up to its image. */
function steps({ direct, memoryLimit }: GuestParts, hasRuleset: boolean): CallList {
  const list = new CallList();
  let next = 0;
  const kept = [...direct.keys(), ...(hasRuleset ? [RULESET] : []), WINDOW_FILE, RENDEZVOUS, IMAGE];
  for (const number of kept.toSorted((a, b) => a - b)) {
    if (number > next) list.call('close descriptors', 'close_range', [next, number - 1, 0]);
    next = number + 1;
  }
  list.call('close descriptors', 'close_range', [next, UINT_MAX, 0]);
  list.call('close the image once it runs', 'fcntl', [IMAGE, F_SETFD, FD_CLOEXEC]);
  list.call('end with the supervisor', 'prctl', [PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0]);
  const ignore = Buffer.alloc(32);
  ignore.writeBigUInt64LE(BigInt(SIG_IGN), 0);
  const ignored = list.data('ignore', [ignore]);
  list.call('ignore broken pipes', 'rt_sigaction', [SIGPIPE, ignored, 0, 8]);
  // Nothing has to wait for a process that it forks.
  list.call('ignore the end of forked processes', 'rt_sigaction', [SIGCHLD, ignored, 0, 8]);
  const none = list.data('no signals', [new Uint8Array(8)]);
  list.call('let signals in', 'rt_sigprocmask', [SIG_SETMASK, none, 0, 8]);
  const limit = (words: string, resource: number, value: number): void => {
    const both = Buffer.alloc(16);
    both.writeBigUInt64LE(BigInt(value), 0);
    both.writeBigUInt64LE(BigInt(value), 8);
    list.call(words, 'prlimit64', [0, resource, list.data(words, [both]), 0]);
  };
  limit('forbid core dumps', RLIMIT_CORE, 0);
  limit('limit descriptors', RLIMIT_NOFILE, MOST_OPEN);
  if (memoryLimit !== undefined) limit('limit memory', RLIMIT_AS, memoryLimit + WINDOW_SIZE + FAULT_STACK);
  list.call('give up new privileges', 'prctl', [PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0]);
  if (hasRuleset) {
    list.call('raise the second wall', 'landlock_restrict_self', [RULESET, 0]);
    list.call('close its rules', 'close', [RULESET]);
  }
  const nothing = list.texts('nothing', []);
  const name = list.texts('name', ['cloudabi-executable']);
  list.call('start the program', 'execveat', [IMAGE, list.text(''), name, nothing, AT_EMPTY_PATH]);
  const failure = list.label();
  list.place(failure);
  list.failAt(failure);
  list.call('end', 'exit_group', [1]);
  return list;
}
