// A process with memory for a test to use: tells the address of 64 KiB, behind which nothing can be read or written.
// Then it answers each line `offset length` with the bytes that it sees there.
import { createInterface } from 'node:readline';
import { NativeMemory } from '../../../src/host/memory.ts';
import { syscall } from '../../../src/host/syscall.ts';
import { callNumberOf } from '../../../src/linux/system-calls.ts';

const SIZE = 65536;

const memory = new NativeMemory(2 * SIZE);
syscall(callNumberOf('mprotect'), memory.at(SIZE), SIZE, 0);
console.log(`${memory.address}`);
createInterface({ input: process.stdin }).on('line', (line) => {
  const [offset = 0, length = 0] = line.split(' ').map(Number);
  console.log(Buffer.from(memory.bytes.subarray(offset, offset + length)).toString('hex'));
});
