import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ownPipes } from '../../../src/host/processes/become.ts';

const become = fileURLToPath(new URL('../../../../dist/host/processes/become.js', import.meta.url));

test('a process that cannot become another goes on with all its threads, and hears signals', () => {
  const script = `
    import { readFile } from 'node:fs/promises';
    import { becomeProgram } from ${JSON.stringify(become)};
    await readFile('/proc/self/stat');
    process.on('SIGUSR2', () => { console.log('heard'); clearTimeout(timer); });
    const timer = setTimeout(() => undefined, 300_000);
    try { becomeProgram({ program: 999, arguments: ['x'], inherit: [] }); } catch (error) { console.log(error.code ?? error.message); }
    try { becomeProgram({ program: 0, arguments: ['x'], inherit: [998] }); } catch (error) { console.log(error.code ?? error.message); }
    console.log((await readFile('/proc/self/comm', 'utf8')).trim());
    process.kill(process.pid, 'SIGUSR2');`;
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
    timeout: 300_000,
  });
  assert.equal(status, 0, stderr);
  assert.equal(stdout.split('\n').length, 5, stdout);
  assert.match(stdout, /\nnode(?:-MainThread)?\nheard\n$/);
});

test('the pipes in which the event loop keeps signals are found', () => {
  const listener = (): void => undefined;
  process.on('SIGUSR2', listener);
  assert.ok(ownPipes().length > 0);
  process.off('SIGUSR2', listener);
});
