import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { MemoryDirectory, MemoryFile } from './memory-files.ts';

const BLOCK = 512;

/**
 * Reads an archive in the ustar format (POSIX.1-2024, pax): directories and plain files;
 * everything else is left out. Contents are read when they are first wanted, from the file at that path.
 *
 * @throws RangeError when a length in the archive makes no sense; errors of `fs`
 */
export function unpackTar(path: string): MemoryDirectory {
  const root = new MemoryDirectory();
  const archive = openSync(path, 'r');
  try {
    const end = fstatSync(archive).size;
    const header = Buffer.alloc(BLOCK);
    for (let offset = 0; offset + BLOCK <= end; ) {
      readSync(archive, header, 0, BLOCK, offset);
      if (header[0] === 0) break;
      const prefix = textAt(header, 345, 155);
      const name = prefix === '' ? textAt(header, 0, 100) : `${prefix}/${textAt(header, 0, 100)}`;
      const size = Number.parseInt(textAt(header, 124, 12).trim() || '0', 8);
      const start = offset + BLOCK;
      if (!(size >= 0 && start + size <= end))
        throw new RangeError(`The archive's file '${name}' ends beyond the archive`);
      place(root, name, header[156], () => new MemoryFile(size, () => readPart(path, start, size)));
      offset = start + Math.ceil(size / BLOCK) * BLOCK;
    }
  } finally {
    closeSync(archive);
  }
  return root;
}

function readPart(path: string, offset: number, length: number): Uint8Array {
  const archive = openSync(path, 'r');
  try {
    const bytes = new Uint8Array(length);
    readSync(archive, bytes, 0, length, offset);
    return bytes;
  } finally {
    closeSync(archive);
  }
}

const FILE = '0'.charCodeAt(0);
const DIRECTORY = '5'.charCodeAt(0);

function place(root: MemoryDirectory, path: string, type: number | undefined, file: () => MemoryFile): void {
  const isFile = type === FILE || type === 0;
  if (!isFile && type !== DIRECTORY) return;
  const names = path.split('/').filter((name) => name !== '' && name !== '.');
  const last = names.pop();
  if (last === undefined) return;
  let directory = root;
  for (const name of names) directory = directoryIn(directory, name);
  if (isFile) directory.entries.set(last, file());
  else directoryIn(directory, last);
}

function directoryIn(parent: MemoryDirectory, name: string): MemoryDirectory {
  const found = parent.entries.get(name);
  if (found instanceof MemoryDirectory) return found;
  const made = new MemoryDirectory();
  parent.entries.set(name, made);
  return made;
}

/** The text of a header's field, which ends in a NUL unless it fills the field; names are ASCII in practice. */
function textAt(header: Buffer, offset: number, length: number): string {
  const text = header.toString('latin1', offset, offset + length);
  const end = text.indexOf('\0');
  return end < 0 ? text : text.slice(0, end);
}
