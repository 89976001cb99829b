import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { programWith } from '../frame/program/sources.ts';
import { makeProgram } from '../frame/programs.ts';
import { code, writes } from '../frame/wasm-module.ts';

const launcher = fileURLToPath(new URL('../frame/run/abandoning-launcher.js', import.meta.url));

const TYPESCRIPT = `
import { program } from 'cloudabi/program';
export default program(async ({ output }: any) => { output.write('up'); setInterval(() => undefined, 1000); });
`;

for (const kind of ['Linux', 'TypeScript', 'WebAssembly'] as const)
  test(`a ${kind} program ends whose handle is abandoned, and goes on while a caller waits for its end`, (t) => {
    const program = {
      Linux: () => '/bin/sh',
      TypeScript: () => programWith(t, TYPESCRIPT),
      WebAssembly: () => makeProgram(t, writes(0, 'up', code.forever)),
    }[kind]();
    const run = (asked: string): string => {
      const argv = ['--expose-gc', launcher, program, asked];
      const { stdout, stderr } = spawnSync(process.execPath, argv, { encoding: 'utf8', timeout: 300_000 });
      return stdout + stderr;
    };
    assert.deepEqual([run('asked'), run('not asked')], ['goes on', 'gone']);
  });
