import { randomBytes } from 'node:crypto';
import { decryptFrom, encryptInto, IntegrityError, NONCE_SIZE, PAGE_SIZE, TAG_SIZE } from './page-cipher.ts';

/*
 * The header of an encrypted file: a page with the root of its tree. There are two places for it, the first pages of the file. The
 * authentic header with the higher sequence number counts.
 *
 *   0  magic, 8 bytes   8  version   12  zero   16  id of the file, 16 bytes
 *  32  nonce           44  tag       60  zero   64  from here on encrypted: sequence, size, depth, mode, entries
 */

const MAGIC = Buffer.from('CLOUDABI');
const VERSION = 1;
const CLEAR = 32;
const SEAL = 32;
const SECRET = 64;

/** Bytes of the id of a file, from which its key follows. */
export const ID_SIZE = 16;

/** An entry of the tree: the number of a page of the file (0 for a hole), and its nonce and tag. */
export const ENTRY_SIZE: number = 4 + NONCE_SIZE + TAG_SIZE;

/** The places for headers, which are pages of the file. */
export const HEADER_SLOTS = 2;

/** Entries of the root. */
export const ROOT_ENTRIES = 120;

const At = { sequence: 0, size: 8, depth: 16, mode: 20, entries: 24 } as const;
const SECRET_SIZE = At.entries + ROOT_ENTRIES * ENTRY_SIZE;

/** The root of an encrypted file, as it is at a time. */
export type FileHeader = {
  /** Grows with each change. */
  readonly sequence: number;
  /** Bytes of the contents. */
  readonly size: number;
  /** Permission bits. */
  readonly mode: number;
  /** Levels of pages with entries between the root and the contents. */
  readonly depth: number;
  /** `ROOT_ENTRIES` entries. */
  readonly entries: Uint8Array;
};

/** Makes the id of a new file. */
export function newFileId(): Uint8Array {
  return randomBytes(ID_SIZE);
}

/** Reads the id of a file from a header, which need not be authentic; `undefined` if the page is no header. */
export function fileIdIn(page: Uint8Array): Uint8Array | undefined {
  const bytes = Buffer.from(page.buffer, page.byteOffset, page.length);
  if (page.length < PAGE_SIZE || MAGIC.compare(bytes, 0, MAGIC.length) !== 0) return undefined;
  if (bytes.readUInt32LE(MAGIC.length) !== VERSION) return undefined;
  return Uint8Array.from(page.subarray(16, 16 + ID_SIZE));
}

/**
 * Writes a header into a page.
 *
 * @param key The file's key.
 */
export function writeFileHeader(key: Uint8Array, id: Uint8Array, header: FileHeader, into: Uint8Array): void {
  const page = Buffer.from(into.buffer, into.byteOffset, PAGE_SIZE);
  page.fill(0);
  MAGIC.copy(page);
  page.writeUInt32LE(VERSION, MAGIC.length);
  page.set(id, 16);
  const secret = Buffer.alloc(SECRET_SIZE);
  secret.writeBigUInt64LE(BigInt(header.sequence), At.sequence);
  secret.writeBigUInt64LE(BigInt(header.size), At.size);
  secret.writeUInt32LE(header.depth, At.depth);
  secret.writeUInt32LE(header.mode, At.mode);
  secret.set(header.entries, At.entries);
  encryptInto(
    key,
    page.subarray(0, CLEAR),
    secret,
    page.subarray(SEAL, SECRET),
    page.subarray(SECRET, SECRET + SECRET_SIZE),
  );
}

/**
 * Reads a header.
 *
 * @throws IntegrityError
 */
export function readFileHeader(key: Uint8Array, page: Uint8Array): FileHeader {
  const place = page.subarray(0, CLEAR);
  const secret = Buffer.from(
    decryptFrom(key, place, page.subarray(SECRET, SECRET + SECRET_SIZE), page.subarray(SEAL, SECRET)),
  );
  const [sequence, size] = [secret.readBigUInt64LE(At.sequence), secret.readBigUInt64LE(At.size)];
  if (size > BigInt(Number.MAX_SAFE_INTEGER)) throw new IntegrityError('A header has an impossible size');
  return {
    sequence: Number(sequence),
    size: Number(size),
    depth: secret.readUInt32LE(At.depth),
    mode: secret.readUInt32LE(At.mode),
    entries: Uint8Array.from(secret.subarray(At.entries)),
  };
}
