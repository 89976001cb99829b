import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, beforeEach, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { NativeMemory } from '../src/host/memory.ts';
import { sendDescriptors } from '../src/host/sockets/messages.ts';
import { makePair, SocketPair } from '../src/host/sockets/sockets.ts';

/** Errors of a refused attempt; ENOENT is for links to files that another process has opened (linkat(2)). */
const refusals = new Set(['EPERM', 'EACCES', 'EXDEV', 'EBADF', 'ENOENT']);

describe('a process in capability mode that sends and receives descriptors', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cloudabi-'));
  const granted = join(folder, 'granted');
  const foreign = join(folder, 'foreign');
  const log = join(folder, 'log');
  const inside = fileURLToPath(new URL('inside/messages.js', import.meta.url));
  after(() => rmSync(folder, { recursive: true, force: true }));
  beforeEach(() => {
    for (const name of [granted, foreign, join(foreign, 'other')]) mkdirSync(name, { recursive: true });
    writeFileSync(join(foreign, 'outside'), 'secret');
    writeFileSync(log, 'first line\n');
  });

  /** Hands the process a directory that it was not granted, and gives what its attempts answered. */
  async function attack(...rest: string[]): Promise<Record<string, string>> {
    const memory = new NativeMemory(64);
    assert.equal(makePair(SocketPair.stream, memory.address), 0);
    const [one, other] = [memory.view.getInt32(0, true), memory.view.getInt32(4, true)];
    memory.view.setBigUint64(16, BigInt(memory.at(48)), true);
    memory.view.setBigUint64(24, 1n, true);
    const directory = openSync(foreign, 'r');
    const file = openSync(join(foreign, 'outside'), 'r');
    try {
      assert.equal(sendDescriptors(one, memory.bytes.slice(16, 32), [directory, file]), 1);
      const child = spawn(process.execPath, [inside, granted, ...rest], {
        stdio: ['ignore', 'pipe', 'inherit', other],
        timeout: 300_000,
      });
      assert.ok(child.stdout !== null);
      const [answers] = await Promise.all([text(child.stdout), once(child, 'exit')]);
      return JSON.parse(answers);
    } finally {
      for (const descriptor of [one, other, directory, file]) closeSync(descriptor);
    }
  }

  for (const [what, rest, allowed] of [
    ['', [], 5],
    [', and holds a log', [log], 4],
  ] as const) {
    test(`names no destination and gains nothing by what it is sent${what}`, async () => {
      const answers = Object.entries(await attack(...rest));
      const twins = answers.filter(([name]) => name.startsWith('allowed: '));
      assert.equal(twins.length, allowed);
      for (const [name, answer] of twins) assert.match(answer, /^succeeded/, name);
      const attempts = answers.filter(([name]) => !name.startsWith('allowed: '));
      assert.ok(attempts.length > 25, `only ${attempts.length} attempts were made`);
      assert.deepEqual(
        attempts.filter(([, answer]) => !refusals.has(answer)),
        [],
      );
      assert.equal(readFileSync(join(foreign, 'outside'), 'utf8'), 'secret');
      assert.deepEqual(readdirSync(foreign).sort(), ['other', 'outside']);
      assert.deepEqual(readdirSync(granted), []);
    });
  }
});
