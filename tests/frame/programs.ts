import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout } from 'node:timers/promises';

/** A directory of a test's own, removed when the test ends. */
export function makeFolder(t: TestContext): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'cloudabi-run-')));
  // Hooks run in the order in which they are added: this one comes after those that end the programs there.
  t.after(() => t.after(() => removeFolder(folder)));
  return folder;
}

/** Removes a directory, also one in which a killed process makes its last files meanwhile. */
export function removeFolder(folder: string): void {
  for (let turn = 1; ; turn++)
    try {
      rmSync(folder, { recursive: true, force: true });
      return;
    } catch (error) {
      const code = error instanceof Error ? Reflect.get(error, 'code') : undefined;
      if ((code !== 'ENOTEMPTY' && code !== 'EBUSY') || turn === 100) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
    }
}

/** Sets variables of the environment for the time of a test. */
export function setEnvironment(t: TestContext, variables: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(variables)) {
    const before = process.env[name];
    process.env[name] = value;
    t.after(() => {
      if (before === undefined) delete process.env[name];
      else process.env[name] = before;
    });
  }
}

/** Writes a program into a folder of the test's own; returns its path. */
export function makeProgram(t: TestContext, module: Uint8Array): string {
  const path = join(makeFolder(t), 'program.wasm');
  writeFileSync(path, module);
  return path;
}

/** Lists the process ids of a process's children, for all of its threads; throws when it has ended. */
export function childrenOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((thread) => {
    try {
      const children = readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8');
      return children.split(' ').filter(Boolean).map(Number);
    } catch (error) {
      // The thread has ended since it was listed.
      if (isGone(error)) return [];
      throw error;
    }
  });
}

/** Waits for the first child of a process. While a thread ends, the kernel lists its children nowhere for a moment. */
export async function firstChildOf(pid: number): Promise<number> {
  let found: number | undefined;
  await until(`process ${pid} has a child`, () => {
    [found] = childrenOf(pid);
    return found !== undefined;
  });
  return found ?? 0;
}

/** Lists the objects behind the descriptors of a process; throws when it has ended. */
export function linksOf(pid: number | string): string[] {
  return readdirSync(`/proc/${pid}/fd`).flatMap((descriptor) => {
    try {
      return [readlinkSync(`/proc/${pid}/fd/${descriptor}`)];
    } catch (error) {
      // It was closed since it was listed.
      if (isGone(error)) return [];
      throw error;
    }
  });
}

/** Says whether an error tells that there is no such thing in proc(5) any more. */
function isGone(error: unknown): boolean {
  const code = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  return code === 'ENOENT' || code === 'ESRCH';
}

/** Waits until something holds. */
export async function until(what: string, holds: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 300_000; !holds(); ) {
    if (Date.now() > deadline) throw new Error(`Waited in vain until ${what}`);
    await setTimeout(10);
  }
}

/** Says whether a process exists and is no zombie. */
export function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/**
 * A command for a shell in a terminal: it says when it is in the foreground, which keys that come earlier do not reach,
 * and when it goes on. It starts nothing, for a child that a key stops before its execve(2) would hold it up in vfork(2).
 */
export const FOREGROUND = `sh -c 'trap "echo and on" CONT; echo begun; while :; do read line; done'`;

/** Prints how much of a processor it has had while it computed for a second; its start does not count. JavaScript. */
export const USED_IN_A_SECOND = `
  const begin = performance.now(), used = process.cpuUsage();
  while (performance.now() < begin + 1000);
  const { user, system } = process.cpuUsage(used);
  process.stdout.write(String((user + system) / 1000 / (performance.now() - begin)))`;
