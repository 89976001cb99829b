/** An archive of object files (ar(5), in the form of System V). */
const MAGIC = '!<arch>\n';
const HEADER = 60;

/** A file in an archive. */
export type ArchiveMember = { readonly name: string; readonly bytes: Buffer };

/** Tells whether a file is an archive. */
export function isArchive(file: Buffer): boolean {
  return file.subarray(0, MAGIC.length).equals(Buffer.from(MAGIC));
}

/** Lists the files in an archive up to the first place where it is damaged; names are cut off at 15 characters or numbers. */
export function readArchive(file: Buffer): ArchiveMember[] {
  const members: ArchiveMember[] = [];
  for (let offset = MAGIC.length; offset + HEADER <= file.length; ) {
    const size = Number.parseInt(file.toString('latin1', offset + 48, offset + 58), 10);
    if (!(size >= 0)) break;
    const name = file.toString('latin1', offset, offset + 16).trimEnd();
    const start = offset + HEADER;
    // The index of symbols and the table of long names are no files.
    if (!['/', '//', '/SYM64/'].includes(name))
      members.push({ name, bytes: file.subarray(start, start + size) });
    offset = start + size + (size % 2);
  }
  return members;
}

/**
 * Makes an archive with an index, by which the linker finds the file that defines a symbol.
 *
 * @param members the object files, and the symbols that each defines for others
 */
export function writeArchive(
  members: readonly { readonly bytes: Buffer; readonly symbols: readonly string[] }[],
): Buffer {
  const names = Buffer.from(members.flatMap(({ symbols }) => symbols.map((name) => `${name}\0`)).join(''));
  const count = members.reduce((sum, { symbols }) => sum + symbols.length, 0);
  const index = Buffer.alloc(4 + 4 * count);
  index.writeUInt32BE(count, 0);
  let offset = MAGIC.length + HEADER + even(index.length + names.length);
  let at = 4;
  for (const { bytes, symbols } of members) {
    for (const _ of symbols) at = index.writeUInt32BE(offset, at);
    offset += HEADER + even(bytes.length);
  }
  const parts = [
    Buffer.from(MAGIC),
    ...part('/', Buffer.concat([index, names])),
    ...members.flatMap(({ bytes }, number) => part(`${number}.o/`, bytes)),
  ];
  return Buffer.concat(parts);
}

function even(length: number): number {
  return length + (length % 2);
}

/** A file in the archive with its header: without a date and an owner. */
function part(name: string, bytes: Buffer): Buffer[] {
  const fields = [name.padEnd(16), '0'.padEnd(12), '0'.padEnd(6), '0'.padEnd(6), '644'.padEnd(8)];
  const header = `${fields.join('')}${String(bytes.length).padEnd(10)}\`\n`;
  return [Buffer.from(header), bytes, Buffer.from('\n'.repeat(bytes.length % 2))];
}
