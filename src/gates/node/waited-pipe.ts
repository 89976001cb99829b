import {
  closeSync,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  statSync,
} from 'node:fs';
import { O_PATH } from '../../linux/open-flags.ts';
import { callNumberOf } from '../../linux/system-calls.ts';

/** Bytes of the longest path (PATH_MAX). */
const LONGEST = 4096;

/**
 * Finds out whether a linker waits for a pipe with a name (fifo(7)), which may never be written to: while it opens one,
 * a thread is in openat(2), and afterwards it is among its descriptors.
 *
 * @param first The process whose only child the linker is.
 * @returns The path of the pipe as the linker sees it; `undefined` when it waits for none, or this host does not tell.
 */
export function pipeWaitedFor(first: number): string | undefined {
  try {
    const linker = Number.parseInt(readFileSync(`/proc/${first}/task/${first}/children`, 'latin1'), 10);
    if (Number.isNaN(linker)) return undefined;
    return openedPipe(linker) ?? pipeBeingOpened(linker);
  } catch {
    // It has just ended, or may not be looked at.
    return undefined;
  }
}

function openedPipe(linker: number): string | undefined {
  const folder = `/proc/${linker}/fd`;
  for (const number of readdirSync(folder)) {
    const place = `${folder}/${number}`;
    if (statSync(place).isFIFO()) return readlinkSync(place);
  }
  return undefined;
}

function pipeBeingOpened(linker: number): string | undefined {
  const call = String(callNumberOf('openat'));
  for (const thread of readdirSync(`/proc/${linker}/task`)) {
    const [number, , address] = readFileSync(`/proc/${linker}/task/${thread}/syscall`, 'latin1').split(' ');
    if (number !== call || address === undefined) continue;
    const path = textAt(linker, Number(address));
    if (path?.startsWith('/') && isPipe(`/proc/${linker}/root${path}`)) return path;
  }
  return undefined;
}

function isPipe(path: string): boolean {
  const file = openSync(path, O_PATH);
  try {
    return fstatSync(file).isFIFO();
  } finally {
    closeSync(file);
  }
}

/** A text in a process's memory that ends with a zero. */
function textAt(process: number, address: number): string | undefined {
  const memory = openSync(`/proc/${process}/mem`, 'r');
  try {
    const bytes = Buffer.alloc(LONGEST);
    const length = readSync(memory, bytes, 0, bytes.length, address);
    const end = bytes.subarray(0, length).indexOf(0);
    return end < 0 ? undefined : bytes.toString('utf8', 0, end);
  } finally {
    closeSync(memory);
  }
}
