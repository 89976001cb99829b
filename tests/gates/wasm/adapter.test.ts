import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { HostileSpec } from '../../frame/gates/hostile-child.ts';
import { assemble, call, DROP, I32, small } from '../../frame/gates/wasm-bytes.ts';

const child = fileURLToPath(new URL('../../frame/gates/hostile-child.js', import.meta.url));
const WASI = 'wasi_snapshot_preview1';
const ERRNO_FAULT = 21;

describe('an adapter', () => {
  const base = mkdtempSync(join(tmpdir(), 'adapter-'));
  const directory = join(base, 'granted');
  const outside = join(base, 'outside');
  mkdirSync(directory);
  writeFileSync(outside, 'secret');
  after(() => rmSync(base, { recursive: true, force: true }));

  /** `run` ends with what random_get answers for an address outside; `ask` with what the adapter's function does. */
  const module = assemble({
    imports: [
      [WASI, 'proc_exit', [[I32], []]],
      [WASI, 'random_get', [[I32, I32], [I32]]],
      ['extra', 'ask', [[], [I32]]],
    ],
    functions: [
      [[...small(-1), ...small(8), ...call(1), ...call(0)]],
      [[...call(2), ...call(0)]],
      [[...call(2), ...DROP]],
    ],
    exports: [
      ['run', 3],
      ['ask', 4],
      ['quiet', 5],
    ],
  });

  function run(source: string): Record<string, unknown> {
    const adapter = join(base, 'adapter.mjs');
    const wasm = join(base, 'module.wasm');
    writeFileSync(adapter, source);
    writeFileSync(wasm, module);
    const spec: HostileSpec = { wasm, directory, adapter };
    const { stdout, stderr } = spawnSync(process.execPath, [child, JSON.stringify(spec)], {
      encoding: 'utf8',
      timeout: 300_000,
    });
    assert.notEqual(stdout, '', stderr);
    return JSON.parse(stdout);
  }

  test('adds functions, and starts the module its own way', () => {
    const source = `export const imports = () => ({ extra: { ask: () => 5 } }); export const start = ({ ask }) => ask();`;
    assert.deepEqual(run(source), { kind: 'exited', code: 5 });
    const returns = `export const imports = () => ({ extra: { ask: () => 5 } }); export const start = ({ quiet }) => { quiet(); return 9; };`;
    assert.deepEqual(run(returns), { kind: 'exited', code: 9 });
  });

  test('replaces none of our functions, by any name under which it offers others', () => {
    for (const own of [
      `${WASI}: { random_get: () => 0, proc_exit: () => {} }`,
      `wasi_unstable: {}, ['${WASI}']: { random_get: () => 0 }`,
      `__proto__: { ${WASI}: { random_get: () => 0 } }`,
      `get ${WASI}() { return { random_get: () => 0 }; }`,
    ]) {
      const source = `export const imports = () => ({ extra: { ask: () => 5 }, ${own} }); export const start = ({ run }) => { run(); return 0; };`;
      assert.deepEqual(run(source), { kind: 'exited', code: ERRNO_FAULT }, own);
    }
  });

  test('offers no function that a module does not ask for by its own name', () => {
    const { kind, message } = run(`export const start = () => 0;`);
    assert.equal(kind, 'refused');
    assert.match(String(message), /extra\.ask/);
  });

  test('runs confined, its start and its functions: no file, no process, no socket', () => {
    const reach = `
      import fs from 'node:fs';
      import { spawnSync } from 'node:child_process';
      const outside = ${JSON.stringify(outside)};
      const attempt = (action) => { try { action(); return 1; } catch (error) { return error.code === 'EPERM' || error.code === 'EACCES' ? 2 : 3; } };
      const attempts = () => [
        () => fs.readFileSync(outside), () => fs.writeFileSync(outside, 'x'), () => fs.statSync('/'),
        () => fs.readdirSync(${JSON.stringify(directory)}), () => fs.readlinkSync('/proc/self/exe'),
      ].map(attempt).reduce((all, one) => all * 4 + one, 0);`;
    const allRefused = 0b1010101010;
    const whenStarted = `${reach} export const imports = () => ({ extra: { ask: () => 0 } }); export const start = () => attempts();`;
    assert.deepEqual(run(whenStarted), { kind: 'exited', code: allRefused });
    const whenCalled = `${reach} export const imports = () => ({ extra: { ask: attempts } }); export const start = ({ ask }) => ask();`;
    assert.deepEqual(run(whenCalled), { kind: 'exited', code: allRefused });
  });

  test('that fails is reported in one printable line', () => {
    const source = `export const imports = () => ({ extra: { ask: () => 0 } }); export const start = () => { throw new Error('two\\nlines \\x1b[2J'); };`;
    const { kind, message } = run(source);
    assert.equal(kind, 'trapped');
    assert.match(String(message), /^two\ufffdlines [\x20-\x7e\ufffd]+$/);
  });
});
