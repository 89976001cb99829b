import { closeSync, fstatSync, readFileSync, readSync } from 'node:fs';
import { constants } from 'node:os';
import { createMemoryFile } from '../../host/files/memory-file.ts';
import { addressOf } from '../../host/libc.ts';
import { becomeProgram, ownPipes } from '../../host/processes/become.ts';
import { packProgram } from '../../host/processes/launch-stub.ts';
import { readUsage } from '../../host/processes/spawn.ts';
import { syscall } from '../../host/syscall.ts';
import { SystemError } from '../../host/system-error.ts';
import { O_CLOEXEC, O_NONBLOCK } from '../../linux/open-flags.ts';
import { callNumberOf } from '../../linux/system-calls.ts';
import { CLOCK_MONOTONIC } from '../../linux/waiting.ts';
import { entryPoint } from '../../plan/entry-points.ts';
import type { PlannedLinux } from '../../plan/linux/planned.ts';
import type { ExitReason } from '../../process/exit-reason.ts';
import { reasonReported } from '../../process/node-reason.ts';
import { MAX_REPORT } from '../../process/report.ts';
import { badReport, lastWord } from '../../process/report-stream.ts';
import type { Limits } from '../../resources/limits.ts';
import { WatcherState, watcherList } from '../../worlds/watcher.ts';
import { Cgroups, type CgroupsJson } from './cgroups.ts';
import { endReason, type StartedProgram } from './launch.ts';

/* A command that has nothing to do but wait becomes a watcher of a few kilobytes (worlds/watcher.ts). */

/** Bytes of reports that are read at the end. */
const LONGEST_REPORTS = 16 * MAX_REPORT;

/** The same bits for timers, signal descriptors and files. */
const QUIETLY = O_CLOEXEC | O_NONBLOCK;

/** The state that a Node begins with which the watcher becomes at the end. */
export type Remembered = {
  /** The name of the command in messages. */
  readonly command: string;
  /** The program's path, for messages. */
  readonly path: string;
  readonly limits: Limits;
  /** Limits that hold each process by itself. */
  readonly resources: PlannedLinux['resources'];
};

/** The same with what is only for the next Node. */
type Kept = Remembered & { readonly groups: CgroupsJson; readonly reports?: number };

/** Options for watching. */
export type HandOverOptions = Remembered & {
  /** Signals that are passed on to the program. */
  readonly signals: readonly NodeJS.Signals[];
  /** True if one has been passed on already. */
  readonly forwarded: boolean;
  /** Milliseconds that are left of the limit of time; `undefined` without one. */
  readonly timeLeft: number | undefined;
  /** The path of the entry among running programs, to be removed at the end. */
  readonly entry: string | undefined;
  /** For a user's terminal as standard input: milliseconds that a program has when it has hung up. */
  readonly grace: number | undefined;
};

/**
 * Becomes the watcher of a program.
 *
 * @returns Only when that failed: everything is as it was.
 */
export function becomeWatcher(
  { started, cgroups, reports }: StartedProgram,
  { command, path, limits, resources, signals, forwarded, timeLeft, entry, grace }: HandOverOptions,
): void {
  const groups: CgroupsJson = cgroups?.toJson() ?? [];
  const opened: number[] = [];
  const keep = (descriptor: number): number => {
    opened.push(descriptor);
    return descriptor;
  };
  try {
    const remembered: Kept = {
      command,
      path,
      limits,
      resources,
      groups,
      ...(reports !== undefined && { reports }),
    };
    const state = keep(
      createMemoryFile('cloudabi-state', [
        new Uint8Array(WatcherState.bytes),
        Buffer.from(JSON.stringify(remembered)),
      ]),
    );
    const mask = Buffer.alloc(8);
    mask.writeBigUInt64LE(
      signals.reduce((bits, name) => bits | (1n << BigInt(constants.signals[name] - 1)), 0n),
    );
    const signalFile = keep(descriptorOf('signalfd4', -1, addressOf(mask), mask.length, QUIETLY));
    const clock = timeLeft === undefined ? undefined : keep(newTimer(Math.max(1, timeLeft)));
    const timer = grace === undefined ? undefined : keep(newTimer(undefined));
    const pending = ownPipes();
    const isLimited = Object.keys(limits).some((name) => name !== 'wallClock');
    const list = watcherList({
      first: started.process.pid,
      ending: started.ending,
      status: started.status,
      keep: reports === undefined ? [] : [reports],
      signals: signalFile,
      forwarded,
      mask,
      clock,
      grace: timer === undefined || grace === undefined ? undefined : { timer, milliseconds: grace },
      pending,
      state,
      entry,
      // A limit may be behind a status; control groups have to be removed, and reports to be read.
      quick: {
        zero: groups.length === 0 && reports === undefined,
        others: !isLimited && reports === undefined,
      },
      last: [process.execPath, `${entryPoint('watch-end')}.js`, String(state)],
    });
    const program = keep(packProgram(list));
    becomeProgram({
      program,
      arguments: ownArguments(),
      // Errors are for standard error, and a terminal on standard input tells when it is gone.
      inherit: [
        2,
        ...(grace === undefined ? [] : [0]),
        started.status,
        ...(reports === undefined ? [] : [reports]),
        ...opened,
        ...pending,
      ],
    });
  } catch (error) {
    if (!(error instanceof SystemError || error instanceof RangeError)) throw error;
  } finally {
    for (const descriptor of opened) closeSync(descriptor);
  }
}

/** The arguments of this process, so that it is found in lists of processes as before. */
function ownArguments(): readonly string[] {
  return readFileSync('/proc/self/cmdline', 'utf8').split('\0').slice(0, -1);
}

function descriptorOf(call: 'signalfd4' | 'timerfd_create', a: number, b: number, c = 0, d = 0): number {
  const descriptor = syscall(callNumberOf(call), a, b, c, d);
  if (descriptor < 0) throw new SystemError(-descriptor, call, 'of a watcher');
  return descriptor;
}

/** @param milliseconds The time at which it goes off; `undefined` for one that is not set. */
function newTimer(milliseconds: number | undefined): number {
  const timer = descriptorOf('timerfd_create', CLOCK_MONOTONIC, QUIETLY);
  if (milliseconds === undefined) return timer;
  const time = Buffer.alloc(32);
  time.writeBigUInt64LE(BigInt(Math.floor(milliseconds / 1000)), 16);
  time.writeBigUInt64LE(BigInt(Math.round((milliseconds % 1000) * 1e6)), 24);
  const failed = syscall(callNumberOf('timerfd_settime'), timer, 0, addressOf(time), 0);
  if (failed < 0) throw new SystemError(-failed, 'timerfd_settime', 'of a watcher');
  return timer;
}

/** The end of a program that a watcher watched. */
export type WatchedEnd = Remembered & {
  readonly reason: ExitReason;
  /** True if a signal was passed on to it. */
  readonly forwarded: boolean;
};

/**
 * Reads the notes of a watcher, and removes leftovers of the launch.
 *
 * @param descriptor The descriptor of the state; it is closed.
 * @throws Error for anything but such a state.
 */
export function readWatched(descriptor: number): WatchedEnd {
  const bytes = Buffer.alloc(fstatSync(descriptor).size);
  readSync(descriptor, bytes, 0, bytes.length, 0);
  closeSync(descriptor);
  const view = new DataView(bytes.buffer, bytes.byteOffset, WatcherState.bytes);
  const isSet = (at: number): boolean => view.getBigUint64(at, true) !== 0n;
  const { command, path, limits, resources, groups, reports }: Kept = JSON.parse(
    bytes.subarray(WatcherState.bytes).toString(),
  );
  const cgroups = groups.length === 0 ? undefined : Cgroups.adopt(groups);
  const ended = reasonOf(view, isSet, limits, cgroups);
  cgroups?.remove();
  const reason = reports === undefined ? ended : withReports(ended, limits, reports);
  return { command, path, limits, resources, reason, forwarded: isSet(WatcherState.forwarded) };
}

/** Finds the reason for the end of a program in TypeScript, whose process has reported on a socket. */
function withReports(ended: ExitReason, limits: Limits, socket: number): ExitReason {
  if (ended.kind !== 'exited' && ended.kind !== 'signaled') return ended;
  const found = lastWord(readShortly(socket));
  if (found === 'nonsense') return badReport;
  return reasonReported({ program: { kind: 'node' }, limits }, ended, found);
}

/** Reads the bytes that have come, at most as many as reports may have. */
function readShortly(socket: number): string {
  const chunks: Buffer[] = [];
  try {
    for (let left = LONGEST_REPORTS; left > 0; ) {
      const chunk = Buffer.alloc(Math.min(left, MAX_REPORT));
      const length = readSync(socket, chunk);
      if (length === 0) break;
      chunks.push(chunk.subarray(0, length));
      left -= length;
    }
  } catch {
    // Nothing more is there.
  }
  closeSync(socket);
  return Buffer.concat(chunks).toString();
}

function reasonOf(
  view: DataView,
  isSet: (at: number) => boolean,
  limits: Limits,
  cgroups: Cgroups | undefined,
): ExitReason {
  const { timeUp, hungUp, reported, signal, code, rest } = WatcherState;
  if (isSet(timeUp)) return { kind: 'limit', limit: 'wall_clock' };
  if (isSet(hungUp)) return { kind: 'killed' };
  if (!isSet(reported))
    return { kind: 'failed', code: 'lost', message: 'The first process was killed from outside' };
  const status = view.getUint8(signal) | (view.getUint8(code) << 8);
  return endReason({ kind: 'ended', status, ...readUsage(view, rest + USAGE) }, limits, cgroups);
}

/** The offset of a `struct rusage`, counted from behind the two bytes of a status in a report (worlds/init.ts). */
const USAGE = 6;
