import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { openProcess } from '../../../src/host/processes/process-info.ts';
import { command, fd, launch, pipe } from '../../../src/index.ts';
import { folderWith, programWith } from '../../frame/program/sources.ts';

/** Runs a program of several files. Returns its output. */
async function printed(
  t: TestContext,
  files: Readonly<Record<string, string>>,
  entry: string,
): Promise<string> {
  const folder = folderWith(t, { 'package.json': '{}', ...files });
  const stdout = pipe('write');
  const process = launch(`${folder}/${entry}`, command({ stdout }));
  const output = await text(stdout.stream);
  assert.deepEqual(await process.exited.then(({ kind }) => kind), 'exited');
  return output;
}

test('a script knows that it is the program, and a module that it is none', async (t) => {
  const files = {
    's.cjs':
      'require("./deep/dep.cjs"); if (require.main === module) console.log("main", module.id, module.parent); console.log(require.main.filename);',
    'deep/dep.cjs':
      'if (require.main === module) console.log("dep"); console.log(module.filename, !module.parent);',
    't.ts': 'const used = require("./deep/dep.cjs"); if (require.main === module) console.log("main", used);',
    'm.mjs': 'console.log(typeof require === "undefined" ? undefined : require.main);',
  };
  assert.equal(
    await printed(t, files, 's.cjs'),
    '/program/deep/dep.cjs false\nmain . null\n/program/s.cjs\n',
  );
  assert.equal(await printed(t, files, 't.ts'), '/program/deep/dep.cjs false\nmain {}\n');
});

test('classes and functions keep their names when files are joined', async (t) => {
  const files = {
    'a.ts':
      "import { fail as other } from './b.ts'; class Failure extends Error {} export function fail() { return new Failure(); } console.log(fail().constructor.name, other().constructor.name, fail.name, other.name);",
    'b.ts': 'class Failure extends Error {} export function fail() { return new Failure(); }',
  };
  assert.equal(await printed(t, files, 'a.ts'), 'Failure Failure fail fail\n');
});

test('a missing file that is never asked for stops no program', async (t) => {
  const files = {
    'a.cjs': `function never() { return [require('not-there'), require('./not-there')]; }
      const code = (() => { try { never(); } catch (error) { return error.code; } })();
      console.log('runs', code);`,
    'b.cjs': `var y = 1; with ({ x: 1 }) { console.log(x); } console.log(delete y, 010);`,
  };
  assert.equal(await printed(t, files, 'a.cjs'), 'runs MODULE_NOT_FOUND\n');
  assert.equal(await printed(t, files, 'b.cjs'), '1\nfalse 8\n');
  await assert.rejects(
    printed(t, { 'c.mjs': "import 'not-there';" }, 'c.mjs'),
    /Could not resolve "not-there"/,
  );
});

test('vm runs code, and refuses a timeout instead of ending the process', async (t) => {
  const source = `import vm from 'node:vm';
    const refused = (run) => { try { return run(); } catch (error) { return error.code; } };
    console.log(vm.runInNewContext('a + 1', { a: 1 }), new vm.Script('2 + 3').runInThisContext());
    console.log(refused(() => vm.runInNewContext('1', {}, { timeout: 50 })));
    console.log(refused(() => vm.runInThisContext('1', { timeout: 50 })));
    console.log(refused(() => new vm.Script('1').runInContext(vm.createContext({}), { breakOnSigint: true })));`;
  assert.equal(
    await printed(t, { 'a.mjs': source }, 'a.mjs'),
    '2 5\nENOTCAPABLE\nENOTCAPABLE\nENOTCAPABLE\n',
  );
});

test('a program is told how a process has ended that it was handed a descriptor of', async (t) => {
  const program = programWith(
    t,
    `import { processDescriptor, program, writable } from 'cloudabi/program';
     export default program({ schema: { other: processDescriptor(), output: writable() } }, async ({ other, output }) => {
       output.write('waits\\n');
       output.write(JSON.stringify(await other.ended()));
     });`,
  );
  const endings: readonly (readonly [script: string, end: object])[] = [
    ['exit 7', { code: 7 }],
    ['kill -USR2 $$', { signal: 'SIGUSR2' }],
  ];
  for (const [script, end] of endings) {
    const child = spawn('/bin/sh', ['-c', `read line; ${script}`], { stdio: ['pipe', 'ignore', 'ignore'] });
    assert.ok(child.pid !== undefined);
    const descriptor = openProcess(child.pid);
    const output = pipe('write');
    await using waits = launch(program, { other: fd(descriptor), output });
    closeSync(descriptor);
    output.stream.once('data', () => child.stdin.end('\n'));
    const lines = (await text(output.stream)).split('\n');
    assert.deepEqual((await waits.exited).kind, 'exited');
    assert.deepEqual(JSON.parse(lines.at(-1) ?? ''), end);
  }
});

test('ES modules are in strict mode', async (t) => {
  const probe = `console.log((function () { return this; })() === undefined);
    try { undeclared = 1; console.log('sloppy'); } catch (error) { console.log(error.name); }`;
  assert.equal(await printed(t, { 'a.mjs': probe }, 'a.mjs'), 'true\nReferenceError\n');
  const files = {
    'a.mjs': "import one from './b.cjs'; console.log(one);",
    'b.cjs': 'one = 1; module.exports = one;',
  };
  assert.equal(await printed(t, files, 'a.mjs'), '1\n');
});

test('a program that awaits at its top what never comes ends as in Node', async (t) => {
  const codeOf = async (source: string): Promise<unknown> => {
    const reason = await launch(programWith(t, source, 'a.mjs'), command({})).exited;
    return reason.kind === 'exited' && [reason.code, reason.message];
  };
  assert.deepEqual(await codeOf('await new Promise(() => undefined);'), [
    13,
    'Warning: Detected unsettled top-level await',
  ]);
  assert.deepEqual(await codeOf('process.exit();'), [0, undefined]);
  assert.deepEqual(
    await codeOf('await 0; setTimeout(() => process.exit(), 1); await new Promise(() => undefined);'),
    [0, undefined],
  );
  assert.deepEqual(await codeOf('await 0;'), [0, undefined]);
});

test('import.meta.resolve finds modules of Node and paths', async (t) => {
  const source = `console.log(import.meta.resolve('fs'), import.meta.resolve('./b.js'));
    try { import.meta.resolve('other'); } catch (error) { console.log(error.code); }`;
  assert.equal(
    await printed(t, { 'a.mjs': source }, 'a.mjs'),
    'node:fs file:///program/b.js\nERR_MODULE_NOT_FOUND\n',
  );
});

test('a module that createRequire is asked for by a text is linked', async (t) => {
  const files = {
    'package.json': '{ "version": "1.2.3" }',
    'a.mjs': `import { createRequire } from 'node:module';
      import * as m from 'module';
      import './deep/b.mjs';
      const require = createRequire(import.meta.url);
      console.log(require('./package.json').version, require('dep'), require('node:fs') === require('fs'));
      console.log(m.createRequire(import.meta.url)('./c.cjs'));
      try { require('./not-there'); } catch (error) { console.log(error.code); }`,
    'deep/b.mjs': `import module from 'node:module';
      const load = module.createRequire(import.meta.url);
      console.log(load('./e.json').e);`,
    'deep/e.json': '{ "e": 5 }',
    'c.cjs': 'module.exports = "c";',
    'node_modules/dep/index.js': 'module.exports = "dep";',
  };
  assert.equal(await printed(t, files, 'a.mjs'), '5\n1.2.3 dep true\nc\nMODULE_NOT_FOUND\n');
});
