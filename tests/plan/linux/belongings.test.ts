// A program that is found is the one that the caller's shell would start, with what belongs to it, or is refused.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { UngrantedError } from '../../../src/plan/linux/ungranted-error.ts';
import { plan } from '../../../src/plan/plan.ts';
import { readCommand } from '../../../src/resources/command.ts';
import { type CommandOptions, command, file } from '../../../src/resources/constructors.ts';
import { make } from '../../../src/resources/make.ts';
import { launch } from '../../../src/run/launch.ts';
import { makeFolder, setEnvironment } from '../../frame/programs.ts';

const TRUE = realpathSync('/bin/true');
const granting = (...folders: readonly string[]): CommandOptions => ({
  base: 'system',
  directories: Object.fromEntries(
    folders.map((folder) => [folder, file(folder, { rights: ['read', 'execute'] })]),
  ),
});

function makeScript(path: string, text: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  chmodSync(path, 0o755);
  return path;
}

function makeImage(path: string): string {
  mkdirSync(dirname(path), { recursive: true });
  copyFileSync(TRUE, path);
  return path;
}

/** The command line's words for what a program needs. */
function wantedOptions(program: string, options: CommandOptions): string | undefined {
  try {
    plan(program, make('exec', readCommand, options, 'options'));
    return undefined;
  } catch (error) {
    assert.ok(error instanceof UngrantedError, String(error));
    return /; grant it with (.*)$/.exec(error.message)?.[1];
  }
}

function makeEnvironment(t: TestContext): string {
  const root = join(makeFolder(t), 'venv');
  mkdirSync(join(root, 'bin'), { recursive: true });
  writeFileSync(join(root, 'pyvenv.cfg'), 'home = /usr/bin\n');
  symlinkSync(TRUE, join(root, 'bin/python'));
  return root;
}

test('a program of a virtual environment needs the environment, however it is named', (t) => {
  const root = makeEnvironment(t);
  const script = makeScript(join(dirname(root), 'script'), '#!/usr/bin/env python\n');
  const tool = makeScript(join(root, 'bin/tool'), `#!${root}/bin/python\n`);
  setEnvironment(t, { PATH: `${root}/bin:/usr/bin:/bin` });
  for (const program of ['python', join(root, 'bin/python'), 'tool', tool, script]) {
    assert.equal(wantedOptions(program, { base: 'system' }), `--read '${root}'`, program);
    assert.equal(wantedOptions(program, granting(root)), undefined, program);
    assert.equal(wantedOptions(program, granting(dirname(root))), undefined, program);
  }
  assert.equal(plan('python', command(granting(root))).program.path, join(root, 'bin/python'));
  // Machine code that is installed there needs nothing else.
  makeImage(join(root, 'bin/compiled'));
  assert.equal(wantedOptions('compiled', { base: 'system' }), undefined);
});

test('PATH leads inside where the caller’s leads, as far as that is there', (t) => {
  const root = makeEnvironment(t);
  const hidden = makeFolder(t);
  setEnvironment(t, { PATH: `${hidden}:relative:${root}/bin:/bin:/usr/bin` });
  const pathOf = (options: CommandOptions): string | undefined => {
    const made = plan('true', command(options));
    assert.equal(made.kind, 'linux');
    return made.command.environment.get('PATH');
  };
  const usual = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/sbin';
  assert.equal(pathOf(granting(root)), `${root}/bin:/bin:/usr/bin:${usual}`);
  assert.equal(pathOf({ base: 'system' }), `/bin:/usr/bin:${usual}`);
  assert.equal(pathOf({ base: 'system', environment: { PATH: '/opt' } }), '/opt');
  assert.equal(pathOf({ base: 'minimal' }), undefined);
  // A file at another path inside is not the one that the caller means.
  const elsewhere = { [root]: file(hidden, { rights: ['read', 'execute'] }) };
  assert.equal(pathOf({ base: 'system', directories: elsewhere }), `/bin:/usr/bin:${usual}`);
});

test('a shim needs what it chooses from', (t) => {
  const root = join(makeFolder(t), 'pyenv');
  makeScript(join(root, 'shims/python'), '#!/usr/bin/env sh\n');
  setEnvironment(t, { PATH: `${root}/shims:/usr/bin:/bin` });
  assert.equal(wantedOptions('python', { base: 'system' }), `--read '${root}'`);
  assert.equal(wantedOptions('python', granting(root)), undefined);
});

test('a program that starts others by its name needs them, and the variable that leads there', (t) => {
  const home = makeFolder(t);
  const proxy = makeImage(join(home, '.cargo/bin/rustup'));
  for (const name of ['.rustup']) mkdirSync(join(home, name));
  symlinkSync('rustup', join(home, '.cargo/bin/cargo'));
  setEnvironment(t, { HOME: home, PATH: `${home}/.cargo/bin:/usr/bin:/bin` });
  const wanted = `--read '${home}/.rustup' --read '${home}/.cargo'`;
  assert.equal(wantedOptions('cargo', { base: 'system' }), `${wanted} --env HOME`);
  assert.equal(wantedOptions('cargo', { base: 'system', environment: { HOME: home } }), wanted);
  assert.equal(wantedOptions('cargo', granting(join(home, '.rustup'), join(home, '.cargo'))), undefined);
  assert.equal(wantedOptions(proxy, { base: 'system' }), undefined);
});

test('a script that is found through a link needs its package', (t) => {
  const folder = makeFolder(t);
  const node = makeImage(join(folder, 'bin/node'));
  makeScript(join(folder, 'lib/npm/bin/npm-cli.js'), '#!/usr/bin/env node\n');
  symlinkSync('../lib/npm/bin/npm-cli.js', join(folder, 'bin/npm'));
  makeScript(join(folder, 'modules/tool/cli.js'), '#!/usr/bin/env node\n');
  mkdirSync(join(folder, 'modules/.bin'));
  symlinkSync('../tool/cli.js', join(folder, 'modules/.bin/tool'));
  setEnvironment(t, { PATH: `${folder}/bin:${folder}/modules/.bin:/usr/bin:/bin` });
  assert.equal(wantedOptions('node', { base: 'system' }), undefined);
  assert.equal(wantedOptions('npm', { base: 'system' }), `--read '${folder}/lib/npm'`);
  assert.equal(wantedOptions('npm', granting(join(folder, 'lib/npm'))), undefined);
  assert.equal(wantedOptions('tool', granting(join(folder, 'bin'))), `--read '${folder}/modules'`);
  // A script elsewhere that has env look for it: the caller's, or none at all.
  const script = makeScript(join(makeFolder(t), 'script'), '#!/usr/bin/env node\n');
  assert.equal(wantedOptions(script, { base: 'system' }), `--read '${node}'`);
  const one = file(node, { rights: ['read', 'execute'] });
  for (const base of ['system', 'minimal'] as const) {
    const made = plan(script, command({ base, files: { [node]: one } }));
    assert.equal(made.kind, 'linux');
    assert.equal(made.command.environment.get('PATH')?.split(':')[0], dirname(node));
  }
});

test('Python in a virtual environment knows where it is', {
  skip: spawnSync('/usr/bin/python3', ['-c', 'import venv']).status !== 0 && 'no venv here',
}, async (t) => {
  const folder = makeFolder(t);
  const made = spawnSync('/usr/bin/python3', ['-m', 'venv', '--without-pip', join(folder, 'venv')]);
  assert.equal(made.status, 0);
  const before = process.cwd();
  process.chdir(folder);
  t.after(() => process.chdir(before));
  const check = `import sys; sys.exit(sys.prefix != ${JSON.stringify(join(folder, 'venv'))})`;
  setEnvironment(t, { PATH: `${folder}/venv/bin:/usr/bin:/bin` });
  for (const program of ['python', 'venv/bin/python', join(folder, 'venv/bin/python')]) {
    const options = { ...granting(join(folder, 'venv')), arguments: ['-c', check] };
    const { kind, ...how } = await launch(program, command(options)).exited;
    assert.deepEqual([kind, 'code' in how && how.code], ['exited', 0], program);
  }
});
