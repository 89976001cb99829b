/**
 * Launches programs of one kind while something is scarce for the launcher, and tells how each launch ended and what
 * is left of it: a line of JSON for each.
 */
import { existsSync, readFileSync, writeSync } from 'node:fs';
import { addressOf } from '../../../src/host/libc.ts';
import { syscall } from '../../../src/host/syscall.ts';
import { callNumberOf } from '../../../src/linux/system-calls.ts';
import { childrenOf, isAlive } from '../programs.ts';
import { type Kind, kinds, launchJournal } from './journals.ts';
import { openDescriptors, settled } from './parts.ts';

/** Resources of prlimit(2). */
const resources = { descriptors: 7, memory: 9 } as const;
const NO_LIMIT = 2n ** 64n - 1n;

/** Sets the soft limit. */
function limit(resource: number, value: bigint): void {
  const old = Buffer.alloc(16);
  const call = callNumberOf('prlimit64');
  syscall(call, 0, resource, 0, addressOf(old));
  const wanted = Buffer.alloc(16);
  const hard = old.readBigUInt64LE(8);
  wanted.writeBigUInt64LE(value < hard ? value : hard, 0);
  wanted.writeBigUInt64LE(hard, 8);
  if (syscall(call, 0, resource, addressOf(wanted), 0) !== 0) throw new Error('The limit cannot be set');
}

/** The limit that leaves so much: as many descriptors, with what is free between others, or bytes of address space. */
function limitThatLeaves(room: number, what: keyof typeof resources): bigint {
  if (what === 'memory') {
    const size = Number(/^VmSize:\s+(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]);
    return BigInt(size * 1024 + room);
  }
  let left = room;
  let number = 0;
  while (isOpen(number) || left-- > 0) number++;
  return BigInt(number);
}

function isOpen(descriptor: number): boolean {
  return existsSync(`/proc/self/fd/${descriptor}`);
}

async function attempt(kind: Kind, folder: string): Promise<string> {
  try {
    const running = launchJournal(kind, { name: 'few', folder });
    running.kill();
    return (await running.exited).kind;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    return code !== '' ? `error ${code}` : `unexplained ${error instanceof Error ? error.stack : error}`;
  }
}

const [wanted = '', folder = '', what = '', ...rooms] = process.argv.slice(2);
const kind = kinds.find((name): name is Kind => name === wanted);
if (kind === undefined || (what !== 'descriptors' && what !== 'memory'))
  throw new Error(`Not ${wanted} ${what}`);
await attempt(kind, folder);
await settled(0, 30);
for (const room of rooms) {
  const before = openDescriptors();
  limit(resources[what], limitThatLeaves(Number(room), what));
  const ended = await attempt(kind, folder);
  limit(resources[what], NO_LIMIT);
  await settled(before);
  const descriptors = openDescriptors() - before;
  const children = childrenOf(process.pid).filter(isAlive).length;
  writeSync(1, `\n${JSON.stringify({ room, ended, descriptors, children })}\n`);
}
