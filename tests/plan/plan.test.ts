import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { ProgramError, plan } from '../../src/plan/plan.ts';
import { ConfigurationError } from '../../src/resources/mistake.ts';
import { emptyModule, makeSandbox } from '../frame/resources/sandbox.ts';

const refused: readonly (readonly [name: string, bytes: string | Uint8Array, why: string])[] = [
  [
    'component.wasm',
    Uint8Array.of(0, 0x61, 0x73, 0x6d, 13, 0, 1, 0),
    'it is a WebAssembly component, not a module',
  ],
  ['text', 'hello', 'its first bytes are of no kind of program'],
  ['empty', '', 'its first bytes are of no kind of program'],
];

for (const [name, bytes, why] of refused) {
  test(`'${name}' is refused as a program, and what is supported is said`, (t) => {
    const { path } = makeSandbox(t);
    writeFileSync(path(name), bytes);
    assert.throws(() => plan(path(name)), {
      code: 'not_a_program',
      message: `Cannot run '${path(name)}': ${why}; supported are WebAssembly modules (.wasm), programs in TypeScript or JavaScript (.ts, .js), CloudABI executables and Linux programs (ELF, #!)`,
    });
  });
}

test('a CloudABI executable that is cut off is refused in one line', (t) => {
  const { path } = makeSandbox(t);
  writeFileSync(path('cut'), '\x7fELF\x02\x01\x01\x11');
  assert.throws(() => plan(path('cut')), {
    code: 'not_a_program',
    message: `Cannot run '${path('cut')}': it has 8 bytes, fewer than the 64 of an ELF header`,
  });
});

test('a program that is not there, or is a directory, is told apart', (t) => {
  const { path } = makeSandbox(t);
  assert.throws(() => plan(path('none')), { code: 'program_not_found', name: 'ProgramError' });
  assert.throws(() => plan(path('f.txt/none')), { code: 'program_not_found' });
  assert.throws(
    () => plan(path('d')),
    (error) => error instanceof ProgramError && error.message === `Cannot run '${path('d')}': is a directory`,
  );
});

test('a plan cannot be changed', (t) => {
  const planned = makeSandbox(t).plan('a: !file { path: f.txt }');
  const [grant] = planned.grants;
  assert.ok(grant);
  for (const part of [
    planned,
    planned.grants,
    grant,
    grant.rights,
    grant.rights.base,
    grant.enforcement,
    planned.warnings,
  ])
    assert.ok(Object.isFrozen(part));
});

test('a plan holds the program as it was when it was made', (t) => {
  const planned = makeSandbox(t).plan('');
  assert.ok(planned.kind === 'wasm');
  assert.deepEqual(new Uint8Array(planned.program.bytes), emptyModule);
});

test('limits that nothing holds for a module are refused, for a tree as for a command', (t) => {
  const sandbox = makeSandbox(t);
  for (const yaml of ['{}', '!command {}'])
    assert.throws(
      () => sandbox.plan(yaml, { limits: { processes: 3, cpuTime: 1000 } }),
      (error) =>
        error instanceof ConfigurationError &&
        /Limit 'processes' is for Linux programs, and .* is a WebAssembly module/.test(error.message) &&
        /Limit 'cpuTime' is for Linux programs/.test(error.message),
      yaml,
    );
  assert.deepEqual(sandbox.plan('{}', { limits: { threads: 2 } }).limits, { threads: 2 });
});

test('of two limits the smaller one counts', (t) => {
  const yaml = '!command { limits: { memory: 64 MiB, wall_clock: 10s } }';
  const planned = makeSandbox(t).plan(yaml, { limits: { memory: 2 ** 30, wallClock: 5000 } });
  assert.deepEqual(planned.limits, { memory: 64 * 2 ** 20, wallClock: 5000 });
});

const warned: readonly (readonly [yaml: string, warning: RegExp | undefined])[] = [
  [
    '!file { path: ., rights: [read, write] }',
    /^Directory '\.' can be changed and holds the program itself$/,
  ],
  ['!file { path: ., rights: create }', /holds the program itself$/],
  ['!file { path: . }', undefined],
  ['!file { path: d, rights: [read, write] }', undefined],
  ['!file { path: p.wasm, rights: write }', /^The program can change its own file$/],
  ['!file { path: / }', /^Grants the host's whole file system$/],
  ["!socket { bind: '0.0.0.0:0' }", /^0\.0\.0\.0:0 accepts clients of every network of this machine/],
  ["!socket { bind: '[::]:0' }", /^\[::\]:0 accepts clients/],
  ["!socket { bind: '127.0.0.1:0' }", undefined],
  [
    '!file { path: f.txt, rights: fd_read }',
    /finer than the host's.*our kernel alone enforces them, and for a Linux program a filter /,
  ],
];

for (const [yaml, warning] of warned) {
  test(`${yaml} ${warning === undefined ? 'is planned without a warning' : 'is planned with a warning'}`, (t) => {
    const { warnings } = makeSandbox(t).plan(yaml);
    if (warning === undefined) assert.deepEqual(warnings, []);
    else assert.match(warnings[0]?.message ?? '', warning);
  });
}
