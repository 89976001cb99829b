import { crc32 } from 'node:zlib';

/** A program and all that it imports, as one script. */
export type Linked = {
  readonly header: LinkedHeader;
  /** The script in ASCII: an expression whose value is an async function, see `evaluate`. */
  readonly script: Uint8Array;
  /** What V8 has made of the script; empty for nothing. V8 refuses what another version has made. */
  readonly code: Uint8Array;
  /** The source map in JSON. */
  readonly map: Uint8Array;
};

/** What is known about a linked program besides its contents. */
export type LinkedHeader = {
  /** The program's file, as stack traces name it: relative to `root`. */
  readonly name: string;
  /** Packages that are loaded before the walls go up. */
  readonly addons: readonly string[];
  /** Packages that were left out: they are as if they were not installed. */
  readonly without: readonly string[];
  /** What may fail once the program runs: a place, `server.ts:12:5`, and what about it. */
  readonly notes: readonly LinkNote[];
};

/** Something about a program that deserves a look. */
export type LinkNote = {
  /** `server.ts:12:5`. */
  readonly place: string;
  readonly message: string;
  /** In a package, not in the program's own files. */
  readonly inPackage: boolean;
};

const MAGIC = Buffer.from('cloudabi linked 2\n');
const CHECKSUM = 4;
/** Behind the magic and the checksum: the lengths of the four parts. */
const LENGTHS = 16;
const LENGTHS_AT = MAGIC.length + CHECKSUM;

/** Bytes in front of the parts. */
export const LINKED_HEAD: number = LENGTHS_AT + LENGTHS;

/** Lays a linked program out in one piece, with a checksum of itself in front. */
export function packLinked({ header, script, code, map }: Linked): Buffer {
  const parts = [Buffer.from(JSON.stringify(header)), script, code, map];
  const lengths = Buffer.alloc(LENGTHS);
  parts.forEach((part, index) => {
    lengths.writeUInt32LE(part.length, 4 * index);
  });
  const body = [lengths, ...parts];
  return Buffer.concat([MAGIC, checksum(body), ...body]);
}

/** Whether a linked program in one piece is whole: a disk that was full or lost power may have kept less. */
export function isWhole(bytes: Uint8Array): boolean {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.length < LINKED_HEAD || !buffer.subarray(0, MAGIC.length).equals(MAGIC)) return false;
  return checksum([buffer.subarray(LENGTHS_AT)]).equals(buffer.subarray(MAGIC.length, LENGTHS_AT));
}

/**
 * Takes a linked program apart; nothing is copied.
 *
 * Precondition: it was made by this process or its launcher, or `isWhole` has looked at it.
 */
export function unpackLinked(bytes: Uint8Array): Linked {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = LINKED_HEAD;
  const part = (index: number): Buffer => {
    const from = at;
    at += buffer.readUInt32LE(LENGTHS_AT + 4 * index);
    return buffer.subarray(from, at);
  };
  const header: LinkedHeader = JSON.parse(part(0).toString());
  return { header, script: part(1), code: part(2), map: part(3) };
}

function checksum(parts: readonly Uint8Array[]): Buffer {
  const sum = Buffer.alloc(CHECKSUM);
  sum.writeUInt32LE(parts.reduce((value, part) => crc32(part, value), 0));
  return sum;
}
