import type { CallList, Label } from '../../host/processes/call-list.ts';
import { CLOSE_RANGE_CLOEXEC, SEEK_SET, UINT_MAX } from '../../linux/fcntl.ts';
import { CLONE_PIDFD } from '../../linux/processes.ts';
import { SIGCHLD, SIGKILL } from '../../linux/signals.ts';
import { POLLIN } from '../../linux/waiting.ts';
import type { Hook } from '../config/configuration.ts';

/*
 * Hooks of the point `startContainer`: programs of the container that its first process starts, one after another, before it
 * is the program. They stand behind all of its walls and are its user; the list forks and waits for each.
 */

/** Hooks that a first process runs, and descriptors of it, which no program inherits. */
export type StartHooks = {
  readonly hooks: readonly Hook[];
  /** A file with the container's state, which each hook reads. */
  readonly state: number;
  /** The pipe that `start` reads: an empty line when all hooks have ended well, or a line about one that has not. */
  readonly report: number;
};

/** Adds the steps that run hooks. A hook that fails ends the process. */
export function addStartHooks(list: CallList, { hooks, state, report }: StartHooks): void {
  for (const hook of hooks) addHook(list, hook, state, report);
  list.call('tell that the hooks have ended', 'write', [report, list.text('\n'), 1]);
}

function addHook(list: CallList, hook: Hook, state: number, report: number): void {
  const words = `run the startContainer hook ${hook.path}`;
  const [parent, failed, next] = [list.label(), list.label(), list.label()];
  const [pid, pidfd, status] = [list.slot('pid'), list.data('pidfd', [pollIn()]), list.slot('status')];
  list.call(words, 'lseek', [state, 0, SEEK_SET]);
  // The descriptor becomes the first half of a `struct pollfd`.
  const flags = SIGCHLD | (hook.timeout === undefined ? 0 : CLONE_PIDFD);
  const outcome = { result: pid, onPositive: parent, onError: failed };
  list.call(words, 'clone', [flags, 0, pidfd, 0, 0], outcome);
  addProgramOf(list, hook, words, state);
  list.place(parent);
  if (hook.timeout !== undefined) {
    const [late, ended] = [list.label(), list.label()];
    const time = Buffer.alloc(16);
    time.writeBigInt64LE(BigInt(hook.timeout), 0);
    const patience = list.data(`${hook.timeout} s`, [time]);
    list.call(words, 'ppoll', [pidfd, 1, patience, 0, 8], { onPositive: ended, onZero: late });
    list.place(late);
    list.call(words, 'kill', [pid, SIGKILL]);
    addEnd(list, report, `The startContainer hook ${hook.path} took longer than ${hook.timeout} s`);
    list.place(ended);
    // The kernel takes the lower half as the number.
    list.call(words, 'close', [list.slotAt(pidfd, 0)]);
  }
  list.call(words, 'wait4', [pid, status.at, 0, 0]);
  list.compare(words, status, 0, { onZero: next, onError: failed });
  list.place(failed);
  addEnd(list, report, `The startContainer hook ${hook.path} failed, or cannot be started`);
  list.place(next);
}

/** A `struct pollfd` without its descriptor. */
function pollIn(): Buffer {
  const poll = Buffer.alloc(8);
  poll.writeInt16LE(POLLIN, 4);
  return poll;
}

/** Its standard input is the state; all that it prints goes to the container's standard error. */
function addProgramOf(list: CallList, hook: Hook, words: string, state: number): void {
  const names = list.texts('arguments of a hook', hook.arguments);
  const environment = list.texts('environment of a hook', hook.environment);
  const unable = list.label();
  const otherwise = { onError: unable };
  list.call(words, 'dup3', [state, 0, 0], otherwise);
  list.call(words, 'dup3', [2, 1, 0], otherwise);
  list.call(words, 'close_range', [3, UINT_MAX, CLOSE_RANGE_CLOEXEC], otherwise);
  list.call(words, 'execve', [list.text(hook.path), names, environment], otherwise);
  list.place(unable);
  list.call('end', 'exit_group', [1]);
}

function addEnd(list: CallList, report: number, text: string): void {
  const line = Buffer.from(`${text}\n`);
  const end: Label = list.label();
  list.call('report the failure', 'write', [report, list.data(text, [line]), line.length], { onError: end });
  list.place(end);
  list.call('end', 'exit_group', [1]);
}
