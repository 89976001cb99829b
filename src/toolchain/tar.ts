import { MemoryDirectory, MemoryFile } from './memory-files.ts';

const BLOCK = 512;

/**
 * Reads an archive in the ustar format (POSIX.1-2024, pax): directories and plain files; everything else is
 * left out. File contents are not copied.
 *
 * @throws RangeError when a length or name in the archive makes no sense
 */
export function unpackTar(archive: Buffer): MemoryDirectory {
  const root = new MemoryDirectory();
  for (let offset = 0; offset + BLOCK <= archive.length && archive[offset] !== 0; ) {
    const prefix = textAt(archive, offset + 345, 155);
    const name = textAt(archive, offset, 100);
    const size = Number.parseInt(textAt(archive, offset + 124, 12).trim() || '0', 8);
    const start = offset + BLOCK;
    if (!(size >= 0 && start + size <= archive.length))
      throw new RangeError(`The archive's file '${name}' ends beyond the archive`);
    place(
      root,
      prefix === '' ? name : `${prefix}/${name}`,
      archive[offset + 156],
      archive.subarray(start, start + size),
    );
    offset = start + Math.ceil(size / BLOCK) * BLOCK;
  }
  return root;
}

const FILE = '0'.charCodeAt(0);
const DIRECTORY = '5'.charCodeAt(0);

function place(root: MemoryDirectory, path: string, type: number | undefined, bytes: Uint8Array): void {
  const isFile = type === FILE || type === 0;
  if (!isFile && type !== DIRECTORY) return;
  const names = path.split('/').filter((name) => name !== '' && name !== '.');
  const last = names.pop();
  if (last === undefined) return;
  let directory = root;
  for (const name of names) directory = directoryIn(directory, name);
  if (isFile) directory.entries.set(last, new MemoryFile(bytes));
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
function textAt(archive: Buffer, offset: number, length: number): string {
  const text = archive.toString('latin1', offset, offset + length);
  const end = text.indexOf('\0');
  return end < 0 ? text : text.slice(0, end);
}
