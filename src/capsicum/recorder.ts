import { existsSync, readSync, writeSync } from 'node:fs';
import { getFlags, setFlags } from '../host/files/files.ts';
import { CallListener } from '../host/notifications/listener.ts';
import { openProcess } from '../host/processes/process-info.ts';
import { syscall } from '../host/syscall.ts';
import { check } from '../host/system-error.ts';
import { O_NONBLOCK } from '../linux/open-flags.ts';
import { callNumberOf } from '../linux/system-calls.ts';
import { JudgedCalls } from './judged-calls.ts';
import { RecorderDescriptor, type RecordStart } from './record-start.ts';

/*
 * The process that records the violations of another one, which the kernel tells it of (seccomp_unotify(2)). It lets every
 * call go on: it records and holds nothing.
 */

/** Records that wait for the recorded process to read; more are lost. */
const MOST_WAITING = 100_000;

/** Milliseconds between two tries to write what waits. */
const PAUSE = 20;

const { start: input, records, wake } = RecorderDescriptor;

main();

function main(): void {
  const start: RecordStart = JSON.parse(readLine());
  const target = check(openProcess(start.process), 'pidfd_open');
  writeSync(records, '\n');
  const number = Number(readLine());
  const listener = check(syscall(callNumberOf('pidfd_getfd'), target, number, 0), 'pidfd_getfd');
  writeSync(records, '\n');
  setFlags(records, getFlags(records) | O_NONBLOCK);
  record(start, new CallListener(listener));
}

function record(start: RecordStart, listener: CallListener): void {
  const calls = new JudgedCalls(start, listener);
  let waiting: string[] = [];
  for (;;) {
    const next = listener.next(waiting.length > 0 ? PAUSE : undefined);
    if (next === 'ended') return;
    if (next !== 'late') {
      try {
        // Children have numbers of their own. They are not recorded.
        const own = existsSync(`/proc/${start.process}/task/${next.thread}`);
        const violation = own ? calls.judge(next) : undefined;
        if (violation !== undefined && waiting.length < MOST_WAITING)
          waiting.push(`${JSON.stringify(violation)}\n`);
      } catch {
        // The thread has ended meanwhile.
      }
    }
    waiting = write(waiting);
    if (next !== 'late') listener.goOn();
  }
}

/** Writes lines until the pipe is full; returns the others. A line is shorter than a pipe writes at once. */
function write(lines: readonly string[]): string[] {
  for (const [index, line] of lines.entries()) {
    try {
      writeSync(records, line);
      writeSync(wake, '!');
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code === 'EAGAIN') return lines.slice(index);
      // The process has closed its end.
      return [];
    }
  }
  return [];
}

function readLine(): string {
  const byte = Buffer.alloc(1);
  const bytes: number[] = [];
  while (readSync(input, byte, 0, 1, null) === 1 && byte[0] !== 10) bytes.push(byte[0] ?? 0);
  return Buffer.from(bytes).toString();
}
