import { spawn } from 'node:child_process';
import { closeSync, existsSync, readSync, realpathSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { getFlags, setFlags } from '../host/files/files.ts';
import { makePipe } from '../host/files/new-descriptors.ts';
import { addressOf } from '../host/libc.ts';
import { syscall } from '../host/syscall.ts';
import { check } from '../host/system-error.ts';
import type { NotedRefusal } from '../host/trap/refusals.ts';
import { LinuxErrno } from '../linux/errno.ts';
import { O_NONBLOCK } from '../linux/open-flags.ts';
import { PR_SET_PTRACER } from '../linux/prctl.ts';
import { callNumberOf } from '../linux/system-calls.ts';
import { compileFilter, type FilterRule } from '../walls/call-filter.ts';
import { installListener } from '../walls/install-filter.ts';
import { limitRules } from '../walls/limit-rules.ts';
import { capsicumCalls } from './calls.ts';
import { CapsicumError } from './errors.ts';
import type { Access } from './keep.ts';
import { limitedDescriptors } from './limit.ts';
import type { RecordedCall, RecordStart } from './record-start.ts';
import type { NotesInOrder } from './refusals.ts';

/** The script of the process that records (scripts/build.js leaves it beside this file). */
const recorderFile = fileURLToPath(new URL('recorder.js', import.meta.url));

/** The kept directories and files of a recording. */
export type RecordOptions = {
  readonly keep: ReadonlyMap<string, ReadonlySet<Access>>;
  /** Files that Node may read all the same, and paths of which attributes stay known. */
  readonly files: readonly string[];
  readonly known: readonly string[];
  /** A pipe that gets a byte for each violation. */
  readonly wake: number;
};

/**
 * Has another process record the calls that capability mode would refuse, of all threads. They go on as before. The
 * recorder and the filter stay until the process ends.
 *
 * @returns The notes of the recorder.
 * @throws CapsicumError when the recorder cannot be started; nothing has changed then.
 * @throws SystemError when the host refuses half-way; the process should end then.
 */
export function startRecording({ keep, files, known, wake }: RecordOptions): NotesInOrder {
  const limited = limitedDescriptors();
  const start: RecordStart = {
    process: process.pid,
    kept: [...keep].map(([path, access]) => ({ path: realpathSync(path), access: [...access] })),
    files,
    known: [...known, ...[...keep.keys(), ...known].flatMap((path) => ways(path))],
    limited: limited.map(({ descriptor, rights }) => ({ descriptor, rights: [...rights] })),
  };
  const kept = [...keep.values()];
  const rules: FilterRule[] = [
    ...limitRules(limited, { answer: 'notify', placeholder: -1, closable: false }),
    ...capsicumCalls({ kept, lookups: [], names: undefined }).map(
      (rule): FilterRule => ({ answer: 'allow', ...rule }),
    ),
  ];
  const filter = compileFilter(rules, { unlisted: 'notify', unknown: 'notify' });
  const { input, records } = startRecorder(wake);
  writeSync(input, `${JSON.stringify(start)}\n`);
  if (!answers(records))
    throw new CapsicumError('missing_mechanism', 'The process that records violations could not be started');
  const listener = installListener(filter);
  writeSync(input, `${listener}\n`);
  check(answers(records) ? 0 : -LinuxErrno.ECHILD, 'pidfd_getfd', 'by the process that records');
  closeSync(input);
  closeSync(listener);
  setFlags(records, getFlags(records) | O_NONBLOCK);
  return new RecordedNotes(records);
}

/** All directories above a path, by its name and by its real one, and its real name. */
function ways(path: string): string[] {
  const found: string[] = [];
  for (const name of existsSync(path) ? [path, realpathSync(path)] : [path])
    for (let way = name; ; way = dirname(way)) {
      found.push(way);
      if (way === '/') break;
    }
  return found;
}

function startRecorder(wake: number): { readonly input: number; readonly records: number } {
  const start = makePipe();
  const records = makePipe();
  const child = spawn(process.execPath, [recorderFile], {
    stdio: ['ignore', 'ignore', 'inherit', start.read, records.write, wake],
    // Signals of the terminal are for the program, which the recorder outlives.
    detached: true,
    env: {},
  });
  child.on('error', () => undefined);
  child.unref();
  closeSync(start.read);
  closeSync(records.write);
  // Yama lets the parent alone look at a process otherwise. Kernels without it know nothing of this.
  if (child.pid !== undefined) syscall(callNumberOf('prctl'), PR_SET_PTRACER, child.pid);
  return { input: start.write, records: records.read };
}

/** Waits for the recorder's word that it is ready; false when it has ended. */
function answers(records: number): boolean {
  return readSync(records, Buffer.alloc(1), 0, 1, null) === 1;
}

const READ = callNumberOf('read');

/** Bytes that are read at once: as many as a pipe holds. */
const ROOM = 65536;

/** The lines of the recorder, read when they are asked for. */
class RecordedNotes implements NotesInOrder {
  readonly #records: number;
  readonly #buffer = Buffer.alloc(ROOM);
  #rest = '';
  #count = 0;
  #waiting: NotedRefusal[] = [];

  constructor(records: number) {
    this.#records = records;
  }

  get count(): number {
    this.#read();
    return this.#count;
  }

  take(): { readonly refusals: readonly NotedRefusal[] } {
    this.#read();
    const refusals = this.#waiting;
    this.#waiting = [];
    return { refusals };
  }

  #read(): void {
    for (;;) {
      // Functions of node:fs are watched, and would ask for the count again.
      const got = syscall(READ, this.#records, addressOf(this.#buffer), this.#buffer.length);
      if (got <= 0) return;
      const lines = (this.#rest + this.#buffer.toString('latin1', 0, got)).split('\n');
      this.#rest = lines.pop() ?? '';
      for (const line of lines) this.#waiting.push(noted(JSON.parse(unescapeUtf8(line)), this.#count++));
    }
  }
}

/** Lines are split as bytes, so that no character is cut where a read ends. */
function unescapeUtf8(line: string): string {
  return Buffer.from(line, 'latin1').toString();
}

function noted(recorded: RecordedCall, number: number): NotedRefusal {
  const { thread, call, result, path, second } = recorded;
  return {
    number,
    thread,
    call,
    result,
    arguments: recorded.arguments.map(BigInt),
    ...(path === undefined ? {} : { path }),
    ...(second === undefined ? {} : { second: Buffer.from(second, 'base64') }),
  };
}
