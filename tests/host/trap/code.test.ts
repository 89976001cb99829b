import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { openFlags } from '../../../src/host/files/lookup.ts';
import { compiler, handlerCode } from '../../../src/host/trap/code.ts';
import { creationModes, Place, RECORDS, RefusalRecord, State } from '../../../src/host/trap/layout.ts';
import { constants, Operation, RULE_SIZE } from '../../../src/host/trap/rules.ts';
import { callNumber, isSystemCall } from '../../../src/linux/system-calls.ts';
import { compileAllowList } from '../../../src/walls/allow-list.ts';
import { runFilter } from '../../frame/host/bpf.ts';

/** Returns the name of an operation in handler.c. */
function operationInC(name: string): string {
  if (name === 'refuse') return name;
  return name.startsWith('refuse')
    ? name.replace(/[A-Z]/, (letter) => `_${letter.toLowerCase()}`)
    : `op_${name}`;
}

describe('the handler of refused calls', () => {
  const version = /version (\S+)/.exec(
    spawnSync('clang', ['--version'], { encoding: 'utf8' }).stdout ?? '',
  )?.[1];

  test('is what its source says', (context) => {
    if (version !== compiler) {
      context.skip(`it was made by clang ${compiler}; here is ${version ?? 'none'}`);
      return;
    }
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['scripts/build-machine-code.js', '--print', 'handler'],
      {
        encoding: 'utf8',
      },
    );
    assert.equal(status, 0, stderr);
    const { x64, arm64 } = JSON.parse(stdout);
    assert.deepEqual(handlerCode, { x64, arm64 });
  });

  test('has the structures that TypeScript writes', (context) => {
    if (version === undefined) {
      context.skip('no clang here');
      return;
    }
    const source = readFileSync('src/host/trap/handler.c', 'utf8');
    const assertions = [
      `sizeof(struct place) == ${Place.size}`,
      `__builtin_offsetof(struct place, link_length) == ${Place.linkLength}`,
      `sizeof(struct record) == ${RefusalRecord.size}`,
      `__builtin_offsetof(struct record, text) == ${RefusalRecord.text}`,
      `__builtin_offsetof(struct state, modes) == ${State.modes}`,
      `__builtin_offsetof(struct state, batches) == ${State.batches}`,
      `__builtin_offsetof(struct state, placeholder) == ${State.placeholder}`,
      `__builtin_offsetof(struct state, ring) == ${State.ring}`,
      `__builtin_offsetof(struct state, rules) == ${State.rules}`,
      `__builtin_offsetof(struct state, ignored) == ${State.ignoredFlags}`,
      `__builtin_offsetof(struct state, constants) == ${State.constants}`,
      `__builtin_offsetof(struct state, flags) == ${State.flags}`,
      `sizeof(struct rule) == ${RULE_SIZE}`,
      `CONSTANTS == ${constants.length}`,
      `FLAGS >= ${openFlags.length}`,
      `RECORDS == ${RECORDS}`,
      `sizeof ((struct state *)0)->modes / 4 >= ${creationModes.length}`,
      ...Object.entries(Operation).map(([name, value]) => `${operationInC(name)} == ${value}`),
    ];
    for (const [architecture, target] of [
      ['x64', 'x86_64-linux-gnu'],
      ['arm64', 'aarch64-linux-gnu'],
    ] as const) {
      const calls = [...source.matchAll(/\bnr_(\w+) = /g)].map(([, name = '']) => {
        const call = name.replace(/^vm_/, 'process_vm_');
        assert.ok(isSystemCall(call), call);
        return `nr_${name} == ${callNumber(call, architecture)}`;
      });
      const asserted = [...assertions, ...calls].map((one) => `_Static_assert(${one}, "${one}");`);
      const { status, stderr } = spawnSync(
        'clang',
        [`--target=${target}`, '-ffreestanding', '-fsyntax-only', '-x', 'c', '-'],
        { input: `${source}\n${asserted.join('\n')}`, encoding: 'utf8' },
      );
      assert.equal(status, 0, stderr);
    }
  });
});

test('a filter can trap what no rule lets through, and answer calls that cannot be trapped', () => {
  const filter = compileAllowList([{ call: 'read' }], 'trap', ['clone']);
  const verdict = (call: 'read' | 'write' | 'clone'): number =>
    runFilter(filter, {
      number: callNumber(call),
      architecture: process.arch === 'arm64' ? 0xc00000b7 : 0xc000003e,
      arguments: [0n, 0n, 0n, 0n, 0n, 0n],
    });
  const [ALLOW, TRAP, EPERM] = [0x7fff0000, 0x00030000, 0x00050001];
  assert.deepEqual([verdict('read'), verdict('write'), verdict('clone')], [ALLOW, TRAP, EPERM]);
});
