// Runs in a child process: changes a tree of directories as fast as it can while another process looks things up in it.
// Argument: the folder that holds `granted` and `outside`. It ends when its standard input does.
import fs from 'node:fs';
import { join } from 'node:path';
import { addressOf } from '../../src/host/libc.ts';
import { syscall } from '../../src/host/syscall.ts';
import { callNumberOf } from '../../src/linux/system-calls.ts';

const base = process.argv[2] ?? '';
const RENAME_EXCHANGE = 2;
const AT_FDCWD = -100;
const texts = new Map<string, Buffer>();
function address(path: string): number {
  const text = texts.get(path) ?? Buffer.from(`${join(base, path)}\0`);
  texts.set(path, text);
  return addressOf(text);
}
const rename = (from: string, to: string, flags = 0): number =>
  syscall(callNumberOf('renameat2'), AT_FDCWD, address(from), AT_FDCWD, address(to), flags);

process.stdin.resume();
process.stdin.once('end', () => process.exit(0));
fs.writeSync(1, 'racing\n');
function race(): void {
  for (let round = 0; round < 200; round++) {
    // A directory and a link to the outside trade places.
    rename('granted/swap', 'granted/link', RENAME_EXCHANGE);
    // So do a file and a link to a file outside.
    rename('granted/file', 'granted/file-link', RENAME_EXCHANGE);
    // A directory leaves the tree and comes back, while a lookup may hold it open or pass through it.
    rename('granted/deep/walker', 'parked');
    rename('parked', 'granted/deep/walker');
    // The granted directory itself gets another name, and so does its parent's entry for it.
    rename('granted', 'moved');
    rename('moved', 'granted');
  }
  setImmediate(race);
}
race();
