import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { serveChooser } from '../../src/control/chooser-server.ts';
import { launch, type PlanJson, pipe, service } from '../../src/index.ts';
import { Page } from '../frame/docs/page.ts';
import { install, makeDesk } from '../frame/docs/shell.ts';
import { until } from '../frame/programs.ts';
import { compileProgram } from '../frame/sdk/compile.ts';
import { exits } from '../frame/wasm-module.ts';

const page = new Page('docs/powerbox.md');
const grants = page.block('yaml', /^box:/);
const world = page.block('yaml', /^descriptors:/m);
const python = page.block('python');
const client = page.block('ts', /from 'cloudabi\/program'/);
const inC = page.block('c');
const chooser = page.block('ts', /serveChooser/);

test('the document of docs/powerbox.md is a plan', (t) => {
  const { run } = makeDesk(t, { 'program.wasm': exits(0) });
  const { stdout, stderr } = run('cloudabi explain --json program.wasm', grants);
  assert.equal(stderr, '');
  const plan: PlanJson = JSON.parse(stdout);
  assert.match(plan.grants[0]?.description ?? '', /^Asks service powerbox within /);
});

test('the program of docs/powerbox.md gets what the application chooses', async (t) => {
  const { cwd } = makeDesk(t, { 'program.ts': client, 'chooser.mjs': chooser.replace('1000', '100_000') });
  mkdirSync(join(cwd, 'documents'));
  writeFileSync(join(cwd, 'documents/letter.txt'), 'Dear');
  install(cwd);
  const serving = spawn(process.execPath, ['chooser.mjs'], { cwd, stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => serving.kill());
  await until('the chooser listens', () => existsSync(join(cwd, 'choose')));
  const output = pipe('write');
  const box = service({ powerbox: { directory: join(cwd, 'documents'), chooser: join(cwd, 'choose') } });
  const launched = launch(join(cwd, 'program.ts'), { box, output });
  const said = once(serving.stdout, 'data');
  assert.equal(await text(output.stream), 'got letter.txt\n', JSON.stringify(await launched.exited));
  assert.match(String(await said), /^asked for a file to read/);
});

test('the program in C of docs/powerbox.md gets what is chosen, to be read, or nothing', async (t) => {
  const compiled = await compileProgram(t, inC);
  const { cwd } = makeDesk(t);
  mkdirSync(join(cwd, 'documents'));
  writeFileSync(join(cwd, 'documents/letter.txt'), 'Dear');
  const answers = [{ entry: 'letter.txt' }, 'refuse'] as const;
  let asked = 0;
  const answering = serveChooser(join(cwd, 'choose'), () => answers[asked++] ?? 'refuse');
  t.after(() => answering.close());
  const run = async (): Promise<readonly [string, unknown]> => {
    const output = pipe('write');
    const box = service({ powerbox: { directory: join(cwd, 'documents'), chooser: join(cwd, 'choose') } });
    const launched = launch(compiled, { box, output });
    const said = await text(output.stream);
    const ended = await launched.exited;
    return [said, ended.kind === 'exited' ? ended.code : ended];
  };
  assert.deepEqual(await run(), ["got 'Dear', write -1\n", 0]);
  assert.deepEqual(await run(), ['', 3]);
});

test('the Linux program of docs/powerbox.md gets it, too', async (t) => {
  if (!existsSync('/usr/bin/python3')) return t.skip('there is no python3');
  const { cwd } = makeDesk(t, { 'client.py': python });
  mkdirSync(join(cwd, 'documents'));
  writeFileSync(join(cwd, 'documents/letter.txt'), 'Dear');
  const own = world.replace('/srv/documents', join(cwd, 'documents'));
  writeFileSync(join(cwd, 'grants.yaml'), own.replace('/run/user/1000/choose', join(cwd, 'choose')));
  const answering = serveChooser(join(cwd, 'choose'), ({ entries }) => ({ entry: entries[0]?.name ?? '' }));
  t.after(() => answering.close());
  const command = [resolve('dist/bin/cloudabi-run.js'), '--config', 'grants.yaml', '/usr/bin/python3'];
  const child = spawn(process.execPath, command, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  const [out, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  assert.deepEqual([out, errors], ["1 b'Dear'\n", '']);
});

page.end();
