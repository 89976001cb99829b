import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { syscall } from '../../../src/host/syscall.ts';
import { callNumberOf } from '../../../src/linux/system-calls.ts';
import { childrenOf, isAlive, until } from '../programs.ts';

const PR_SET_CHILD_SUBREAPER = 36;

/** Makes orphans beneath this process its children, so that no process gets out of sight. */
export function keepOrphans(): void {
  assert.equal(syscall(callNumberOf('prctl'), PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0), 0);
}

/** Processes beneath one, zombies left out. */
export function beneath(pid: number): number[] {
  let children: number[] = [];
  try {
    children = childrenOf(pid);
  } catch {
    // It has ended meanwhile.
  }
  return children.filter(isAlive).flatMap((child) => [child, ...beneath(child)]);
}

/** Waits until nothing runs beneath this process. */
export async function nobodyLeft(): Promise<void> {
  try {
    await until('nothing runs any more', () => beneath(process.pid).length === 0);
  } catch (error) {
    const names = beneath(process.pid).map(
      (pid) => `${pid} ${readFileSync(`/proc/${pid}/comm`, 'latin1').trim()}`,
    );
    throw new Error(`These still run: ${names.join(', ')}`, { cause: error });
  }
}

/** The most lists of calls that a launcher caches (src/worlds/made-list.ts), each in a file in memory. */
const CACHED_LISTS = 8;

/** Counts the open descriptors of this process, but for the lists of calls that it caches. */
export function openDescriptors(): number {
  const names = readdirSync('/proc/self/fd');
  const lists = names.filter((name) => linkOf(name).startsWith('/memfd:cloudabi-launch')).length;
  return names.length - Math.min(lists, CACHED_LISTS);
}

/** The link of a descriptor; empty for the one of the listing itself, which is closed by then. */
function linkOf(name: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${name}`);
  } catch {
    return '';
  }
}

/** Mounts of this process's namespace that have to do with a folder. */
export function mountsIn(folder: string): string[] {
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .filter((line) => line.includes(folder));
}

const RECORD = 100;

/** Checks that a journal holds all records up to a number, in order. */
export function holdsRecords(path: string, upTo: number): void {
  const bytes = existsSync(path) ? readFileSync(path, 'latin1') : '';
  assert.ok(
    bytes.length >= upTo * RECORD,
    `${path} has ${bytes.length} bytes; ${upTo} records were acknowledged`,
  );
  for (let number = 1; number <= upTo; number++) {
    const record = bytes.slice((number - 1) * RECORD, number * RECORD);
    assert.equal(record, `${String(number).padStart(RECORD - 1, '0')}\n`);
  }
}

/** Says whether a process filters its system calls. */
export function isConfined(pid: number): boolean {
  return readFileSync(`/proc/${pid}/status`, 'latin1').includes('Seccomp:\t2');
}

/** Waits until no more descriptors are open: Node closes its ends of pipes in later turns of the event loop. */
export async function settled(wanted: number, turns = 5000): Promise<void> {
  for (let turn = 0; turn < turns && openDescriptors() > wanted; turn++)
    await new Promise((resolve) => setTimeout(resolve, 10));
}
