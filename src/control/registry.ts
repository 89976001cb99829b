import {
  closeSync,
  constants,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { processFacts } from '../host/processes/process-facts.ts';
import { fieldOf } from './json-lines.ts';

/** A program that a command of this user runs. */
export type RunningProgram = {
  /** The id of the command's process. */
  readonly pid: number;
  /** The time of that process's start, as the host counts it. */
  readonly start: string;
  /** The path of its entry. */
  readonly entry: string;
  /** The id of the first process of the program; `undefined` when it is not known. */
  readonly first: number | undefined;
  /** The name of the command, and the path and the arguments of the program. */
  readonly command: string;
  readonly path: string;
  readonly arguments: readonly string[];
  /** Milliseconds since 1970. */
  readonly began: number;
  /** The socket at which the command is asked about it; `undefined` for a command that only waits. */
  readonly socket: string | undefined;
};

/** Bytes of an entry at most. */
const LARGEST = 64 * 1024 * 1024;

/**
 * The folder of entries, which no other user can use: `$XDG_RUNTIME_DIR/cloudabi`, else one among temporary files.
 *
 * @returns `undefined` where there is none.
 */
export function registryFolder(): string | undefined {
  const runtime = process.env['XDG_RUNTIME_DIR'];
  const places = [
    ...(runtime?.startsWith('/') ? [join(runtime, 'cloudabi')] : []),
    join(tmpdir(), `cloudabi-run-${process.geteuid?.()}`),
  ];
  return places.find(isOwn);
}

function isOwn(folder: string): boolean {
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch {
    // It may be there; otherwise the next call fails.
  }
  try {
    const stats = lstatSync(folder);
    return stats.isDirectory() && stats.uid === process.geteuid?.() && (stats.mode & 0o077) === 0;
  } catch {
    return false;
  }
}

/** The number of entries that this process has named. */
let named = 0;

/** The path of a further entry of this process in a folder, without an extension. */
export function ownEntryPath(folder: string): string | undefined {
  const facts = processFacts('self');
  if (facts === undefined) return undefined;
  const name = `${process.pid}-${facts.start}`;
  return join(folder, named++ === 0 ? name : `${name}-${named}`);
}

/**
 * Writes the entry of this process, in the place of the one that it has. Readers find either as a whole.
 *
 * @param path From `ownEntryPath`.
 * @param plan The plan, packed.
 */
export function writeEntry(
  path: string,
  {
    first,
    command,
    path: program,
    arguments: words,
    began,
    socket,
  }: Omit<RunningProgram, 'pid' | 'start' | 'entry'>,
  plan: Uint8Array,
): void {
  const head = JSON.stringify({ first, command, path: program, arguments: words, began, socket });
  const draft = `${path}.new`;
  rmSync(draft, { force: true });
  writeFileSync(draft, Buffer.concat([Buffer.from(`${head}\n`), plan]), { mode: 0o600, flag: 'wx' });
  renameSync(draft, path);
}

/** Removes an entry, its socket and its draft. */
export function removeEntry(path: string): void {
  for (const each of [path, `${path}.sock`, `${path}.new`]) rmSync(each, { force: true });
}

/** Lists the programs that run now. Entries of commands that have ended are removed. */
export function runningPrograms(): readonly RunningProgram[] {
  const folder = registryFolder();
  if (folder === undefined) return [];
  return readdirSync(folder).flatMap((name) => {
    const [, id = '', start = ''] =
      /^(\d{1,10})-(\d{1,20})(?:-\d{1,9})?(?:\.(?:sock|new))?$/.exec(name) ?? [];
    if (start === '') return [];
    const pid = Number(id);
    // The same id with another start is another process.
    if (!isOurs(pid, start)) removeEntry(join(folder, name.replace(/\..*$/, '')));
    else if (!name.includes('.')) return readEntry(join(folder, name), pid, start);
    return [];
  });
}

function isOurs(pid: number, start: string): boolean {
  try {
    return processFacts(pid)?.start === start && lstatSync(`/proc/${pid}`).uid === process.geteuid?.();
  } catch {
    return false;
  }
}

function readEntry(path: string, pid: number, start: string): readonly RunningProgram[] {
  try {
    const bytes = readOwn(path);
    const head: unknown = JSON.parse(bytes.subarray(0, bytes.indexOf(LINE_END)).toString('utf8'));
    const [first, began] = [fieldOf(head, 'first'), fieldOf(head, 'began')];
    const [command, program] = [fieldOf(head, 'command'), fieldOf(head, 'path')];
    const [words, socket] = [fieldOf(head, 'arguments'), fieldOf(head, 'socket')];
    if (typeof command !== 'string' || typeof program !== 'string' || typeof began !== 'number') return [];
    return [
      {
        pid,
        start,
        entry: path,
        first: typeof first === 'number' ? first : undefined,
        command,
        path: program,
        arguments: Array.isArray(words) ? words.map(String) : [],
        began,
        socket: typeof socket === 'string' ? `${path}.sock` : undefined,
      },
    ];
  } catch {
    // It is being written, or has just ended.
    return [];
  }
}

const LINE_END = 0x0a;

/** Reads the packed plan of a program that runs. */
export function packedPlan({ entry }: RunningProgram): Uint8Array {
  const bytes = readOwn(entry);
  return bytes.subarray(bytes.indexOf(LINE_END) + 1);
}

function readOwn(path: string): Buffer {
  const { uid, mode, size } = lstatSync(path);
  if (uid !== process.geteuid?.() || (mode & 0o077) !== 0 || size > LARGEST)
    throw new Error(`'${path}' is no entry of this user`);
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    return readFileSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
