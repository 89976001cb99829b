import { closeSync, constants, fstatSync, openSync, readlinkSync, readSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { reasonOf } from '../resources/file-kind.ts';
import { quote } from '../resources/written.ts';
import { UsageError } from './options.ts';

/** The pause before looking again, in milliseconds, when standard input does not wait by itself. */
const PAUSE = 5;

/** More than any document has, in bytes: the parser refuses longer ones. */
const MAX_INPUT = 64 * 1024 * 1024;

/** A document of grants. */
export type Document = {
  readonly text: string;
  /** Its name for messages. */
  readonly file: string;
  /** The folder where relative paths in it start. */
  readonly directory: string;
  /** Its path, absolute; `undefined` for a pipe. */
  readonly path: string | undefined;
};

/**
 * Reads the document of grants from a file, or from standard input when none is named.
 *
 * @throws UsageError when the file cannot be read, and instead of waiting for YAML to be typed at a terminal.
 */
export async function readConfigText(
  command: string,
  program: string,
  file: string | undefined,
): Promise<Document> {
  if (file !== undefined) {
    return { text: readTextFile(file), file, directory: dirname(resolve(file)), path: resolve(file) };
  }
  if (await isTerminal()) {
    throw new UsageError(
      `Standard input is a terminal, not the document of what '${program}' is granted: ` +
        `write ${command} ${program} < grants.yaml, or --config grants.yaml; --help shows an example`,
    );
  }
  const path = fstatSync(0).isFile() ? readlinkSync('/proc/self/fd/0') : undefined;
  return { text: readAll(0, '<stdin>', MAX_INPUT), file: '<stdin>', directory: process.cwd(), path };
}

/** Loads the code for terminals only for a possible one, because that takes as long as reading a document. */
async function isTerminal(): Promise<boolean> {
  return fstatSync(0).isCharacterDevice() && (await import('node:tty')).isatty(0);
}

/**
 * Reads a file with a text in UTF-8. A shell's `<(…)` may be named; neither a pipe with a name nor a device is waited for.
 *
 * @param most Bytes; more than any such file has.
 * @throws UsageError when it cannot be read, is longer or is no such text.
 */
export function readTextFile(file: string, most: number = MAX_INPUT): string {
  const cannot = (reason: string): UsageError => cannotRead(file, reason);
  let descriptor: number;
  try {
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  } catch (error) {
    throw cannot(reasonOf(error));
  }
  try {
    const stats = fstatSync(descriptor);
    if (stats.isDirectory()) throw cannot('is a directory');
    // A shell's <(…) is a pipe without a name, which has a writer from the start.
    if (stats.isFIFO() && readlinkSync(`/proc/self/fd/${descriptor}`).startsWith('/'))
      throw cannot('is a pipe with a name, which may never get a writer; use standard input');
    return readAll(descriptor, file, most);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Reads to the end. The parent may have set the input not to wait (O_NONBLOCK).
 *
 * @throws UsageError for more than `most` bytes, and for bytes that are no text.
 */
function readAll(descriptor: number, name: string, most: number): string {
  const chunks: Buffer[] = [];
  for (let total = 0; ; ) {
    const chunk = Buffer.allocUnsafe(0x10000);
    let count: number;
    try {
      count = readSync(descriptor, chunk, 0, chunk.length, null);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code === 'EISDIR') throw new UsageError('Standard input is a directory, not a document');
      if (code !== 'EAGAIN') throw cannotRead(name, reasonOf(error));
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE);
      continue;
    }
    if (count === 0) return textOf(Buffer.concat(chunks), name);
    chunks.push(chunk.subarray(0, count));
    total += count;
    if (total > most) throw cannotRead(name, `it has more than the ${most} bytes allowed`);
  }
}

function textOf(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw cannotRead(name, 'it is no text in UTF-8');
  }
}

function cannotRead(name: string, reason: string): UsageError {
  return new UsageError(`Cannot read ${quote(name)}: ${reason}`);
}
