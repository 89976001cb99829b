import { createHash, type Hash } from 'node:crypto';
import { cached, keepNamed } from './cache.ts';
import type { Clang, ToolResult, Tree } from './llvm.ts';

/**
 * Makes a compiler that does nothing twice: the output of a tool for the same files and arguments is
 * taken from the user's cache directory. The tools see the files handed to them and no others, so nothing
 * else can matter; but a run that asked for the date (`__DATE__`) or failed is not kept.
 */
export function remembering(clang: Clang): Clang {
  return {
    version: clang.version,
    run: async (argv, files) => {
      const hash = createHash('sha256').update(JSON.stringify([clang.version, ...argv]));
      hashTree(hash, files);
      const name = `run-${hash.digest('hex')}`;
      const known = cached(name);
      if (known !== undefined) return decode(known);
      const result = await clang.run(argv, files);
      if (result.status === 0 && result.repeatable) keepNamed(name, encode(result));
      return result;
    },
  };
}

function hashTree(hash: Hash, tree: Tree): void {
  const entries = Object.entries(tree).sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [name, value] of entries) {
    const file = typeof value === 'string' || value instanceof Uint8Array;
    hash.update(`${JSON.stringify(name)} ${file ? value.length : '{'}\n`);
    if (file) hash.update(value);
    else hashTree(hash, value);
  }
  hash.update('}');
}

/** Two texts with their lengths before them, then the file if there is one. */
function encode({ stdout, stderr, result }: ToolResult): Buffer {
  const texts = [stdout, stderr].map((text) => Buffer.from(text, 'utf8'));
  const head = Buffer.alloc(9);
  for (const [i, { length }] of texts.entries()) head.writeUInt32LE(length, 4 * i);
  head.writeUInt8(result === undefined ? 0 : 1, 8);
  return Buffer.concat([head, ...texts, result ?? new Uint8Array(0)]);
}

function decode(bytes: Buffer): ToolResult {
  const errors = 9 + bytes.readUInt32LE(0);
  const file = errors + bytes.readUInt32LE(4);
  return {
    status: 0,
    stdout: bytes.toString('utf8', 9, errors),
    stderr: bytes.toString('utf8', errors, file),
    result: bytes.readUInt8(8) === 0 ? undefined : bytes.subarray(file),
    repeatable: true,
  };
}
