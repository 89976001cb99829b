// An installed package may lie in any folder of its user.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';
import { makeFolder } from '../frame/programs.ts';

/** Copies the package, and what of its dependencies has native parts, to a folder whose name programs stumble over. */
function install(
  t: TestContext,
): (name: 'cloudabi' | 'cloudabi-run', args: string[], input?: string) => object {
  const folder = join(makeFolder(t), `50% of #1 'neu' "ü"`);
  const modules = join(folder, 'node_modules');
  mkdirSync(modules, { recursive: true });
  for (const name of ['dist', 'package.json']) cpSync(name, join(folder, name), { recursive: true });
  for (const name of readdirSync('node_modules')) {
    if (name === 'koffi' || name === '@koromix')
      cpSync(join('node_modules', name), join(modules, name), { recursive: true });
    else symlinkSync(resolve('node_modules', name), join(modules, name));
  }
  return (name, args, input = '') => {
    const argv = [join(folder, `dist/bin/${name}.js`), ...args];
    const { status, stdout, stderr } = spawnSync(process.execPath, argv, {
      encoding: 'utf8',
      input,
      timeout: 300_000,
    });
    return { status, stdout, stderr };
  };
}

test('each kind of program runs from a package in a folder with spaces and other odd characters in its name', (t) => {
  const installed = install(t);
  const threads = 'tests/programs/threads/rust/threads.wasm';
  assert.deepEqual(installed('cloudabi', ['exec', threads, 'spin-exit']), {
    status: 8,
    stdout: '',
    stderr: '',
  });
  const program = join(makeFolder(t), 'program.ts');
  writeFileSync(
    program,
    `import { program } from 'cloudabi/program';
     export default program(async ({ output }: any) => { await output.write('from TypeScript\\n'); });`,
  );
  assert.deepEqual(installed('cloudabi-run', [program], 'output: !fd stdout\n'), {
    status: 0,
    stdout: 'from TypeScript\n',
    stderr: '',
  });
  assert.deepEqual(
    installed('cloudabi', ['exec', '--base', 'system', '--', 'sh', '-c', 'echo from a shell']),
    {
      status: 0,
      stdout: 'from a shell\n',
      stderr: '',
    },
  );
});
