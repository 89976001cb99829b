// Makes small ELF images that say what a test wants them to say.
import { chmodSync, writeFileSync } from 'node:fs';

/** Contents of an image. */
export type Said = {
  readonly interpreter?: string;
  readonly needed?: readonly string[];
  readonly runpath?: string;
};

const HEADER = 64;
const PROGRAM_HEADER = 56;
const BASE = 0x400000;
const MACHINE = process.arch === 'arm64' ? 183 : 62;

/** An ELF image for this machine, with no code in it. */
export function madeImage({ interpreter, needed = [], runpath }: Said): Buffer {
  const strings = [''];
  let length = 1;
  const place = (text: string): number => {
    const at = length;
    strings.push(text);
    length += Buffer.byteLength(text) + 1;
    return at;
  };
  const dynamic: [number, number][] = needed.map((name) => [1, place(name)]);
  if (runpath !== undefined) dynamic.push([29, place(runpath)]);
  const texts = Buffer.from(`${strings.join('\0')}\0`);
  const path = Buffer.from(interpreter === undefined ? '' : `${interpreter}\0`);
  const headers = HEADER + 3 * PROGRAM_HEADER;
  const dynamicAt = headers + path.length + texts.length;
  dynamic.push([5, BASE + headers + path.length], [10, texts.length], [0, 0]);
  const table = Buffer.alloc(dynamic.length * 16);
  for (const [index, [tag, value]] of dynamic.entries()) {
    table.writeBigUInt64LE(BigInt(tag), index * 16);
    table.writeBigUInt64LE(BigInt(value), index * 16 + 8);
  }
  const size = dynamicAt + table.length;
  const header = Buffer.alloc(HEADER);
  header.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  header.writeUInt16LE(3, 16);
  header.writeUInt16LE(MACHINE, 18);
  header.writeUInt32LE(1, 20);
  header.writeBigUInt64LE(BigInt(HEADER), 32);
  header.writeUInt16LE(HEADER, 52);
  header.writeUInt16LE(PROGRAM_HEADER, 54);
  header.writeUInt16LE(interpreter === undefined ? 2 : 3, 56);
  const segment = (type: number, offset: number, bytes: number): Buffer => {
    const entry = Buffer.alloc(PROGRAM_HEADER);
    entry.writeUInt32LE(type, 0);
    entry.writeUInt32LE(5, 4);
    entry.writeBigUInt64LE(BigInt(offset), 8);
    entry.writeBigUInt64LE(BigInt(BASE + offset), 16);
    entry.writeBigUInt64LE(BigInt(bytes), 32);
    entry.writeBigUInt64LE(BigInt(bytes), 40);
    return entry;
  };
  const segments = [
    segment(1, 0, size),
    segment(2, dynamicAt, table.length),
    segment(3, headers, path.length),
  ];
  return Buffer.concat([header, ...segments, path, texts, table]);
}

/** Writes an image that can be executed; returns its path. */
export function writeImage(path: string, said: Said): string {
  writeFileSync(path, madeImage(said));
  chmodSync(path, 0o755);
  return path;
}
