import assert from 'node:assert/strict';
import { symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { ConfigurationError, command, type LaunchOptions, launch, pipe, plan } from '../../../src/index.ts';
import { describePlan } from '../../../src/plan/explain.ts';
import { folderWith, programWith } from '../../frame/program/sources.ts';

const worker = `import { Worker } from 'node:worker_threads';
  const told = [];
  try {
    const worker = new Worker(
      "const { parentPort, workerData } = require('node:worker_threads'); parentPort.postMessage(workerData * 2);",
      { eval: true, workerData: 21 },
    );
    worker.on('message', (answer) => console.log(answer));
  } catch (error) {
    console.log(error.code);
  }`;

async function printed(program: string, options: LaunchOptions): Promise<string> {
  const stdout = pipe('write');
  const process = launch(program, command({ stdout }), options);
  const output = await text(stdout.stream);
  assert.equal((await process.exited).kind, 'exited');
  return output;
}

test('threads are a grant, with every walls', async (t) => {
  const program = programWith(t, worker, 'w.mjs');
  for (const walls of ['all', 'landlock'] as const) {
    assert.equal(await printed(program, { threads: true, walls }), '42\n', walls);
    assert.equal(await printed(program, { walls }), 'ERR_WORKER_INIT_FAILED\n', walls);
  }
});

test('a worker from a file is refused in words', async (t) => {
  const source = `import { Worker } from 'node:worker_threads';
    for (const from of ['./w.js', new URL('../w.js', import.meta.url)])
      try { new Worker(from); } catch (error) { console.log(error.code, /start it from a text/.test(error.message)); }
    new Worker(new URL('data:text/javascript,console.log("data")'));`;
  const program = programWith(t, source, 'w.mjs');
  assert.equal(await printed(program, { threads: true }), 'ENOTCAPABLE true\nENOTCAPABLE true\ndata\n');
});

test("pino's transports are refused by their name", async (t) => {
  const source = `const pino = require('pino');
    for (const transport of [{ target: 'pino-pretty' }, { target: 'pino/file' }, { targets: [{ target: 'some' }] }])
      try { pino({ transport }); } catch (error) { console.log(error.code, error.message); }
    pino({ base: null, timestamp: false }).info('hello');`;
  const folder = folderWith(t, { 'package.json': '{}', 'p.cjs': source, 'node_modules/.keep': '' });
  symlinkSync(dirname(createRequire(import.meta.url).resolve('pino')), join(folder, 'node_modules/pino'));
  const refused =
    "ENOTCAPABLE ENOTCAPABLE: pino's `transport`, or thread-stream, is not possible in capability mode: it needs a worker from a file; write `pino(stream)` instead, such as `pino(pretty())` of pino-pretty\n";
  for (const threads of [true, false]) {
    assert.equal(
      await printed(`${folder}/p.cjs`, { threads }),
      `${refused.repeat(3)}{"level":30,"msg":"hello"}\n`,
    );
  }
});

test('with threads, vm has its timeout', async (t) => {
  const program = programWith(
    t,
    `import vm from 'node:vm';
     try { vm.runInNewContext('for (;;);', {}, { timeout: 20 }); } catch (error) { console.log(error.code); }`,
    'v.mjs',
  );
  assert.equal(await printed(program, { threads: true }), 'ERR_SCRIPT_EXECUTION_TIMEOUT\n');
});

test('explain says whether threads can be started, and a module is granted none', (t) => {
  const program = programWith(t, worker, 'w.mjs');
  assert.match(describePlan(plan(program, null, { threads: true })), /It may start threads/);
  assert.doesNotMatch(describePlan(plan(program, null)), /threads/);
  assert.throws(
    () => plan('examples/hello/hello.wasm', null, { threads: true }),
    (error) =>
      error instanceof ConfigurationError && /Threads are granted to programs in/.test(error.message),
  );
});

/** A package that has its loader look for machine code when it is used, as better-sqlite3 does. */
function lazyPackage(t: TestContext): string {
  return folderWith(t, {
    'package.json': '{}',
    'a.cjs': "const lazy = require('lazy'); console.log(lazy.use());",
    'node_modules/lazy/package.json':
      '{ "name": "lazy", "main": "lib/i.js", "dependencies": { "bindings": "1" } }',
    'node_modules/lazy/lib/i.js':
      "exports.use = () => { try { return require('bindings')('other.node'); } catch (error) { return error.message; } };",
    'node_modules/lazy/build/Release/lazy.node': 'not really',
    'node_modules/bindings/package.json': '{ "name": "bindings", "main": "b.js" }',
    'node_modules/bindings/b.js': "module.exports = (name) => { throw new Error('looks for ' + name); };",
  });
}

test('a loader of machine code is there when a package first asks for it', async (t) => {
  const folder = lazyPackage(t);
  assert.equal(await printed(`${folder}/a.cjs`, { addons: ['lazy'] }), 'looks for other.node\n');
});
