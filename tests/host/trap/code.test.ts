import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openFlags } from '../../../src/host/files/lookup.ts';
import { compiler, handlerCode } from '../../../src/host/trap/code.ts';
import { creationModes, PlaceLayout, RECORDS, RefusalRecord, State } from '../../../src/host/trap/layout.ts';
import { constants, Operation, RULE_SIZE } from '../../../src/host/trap/rules.ts';
import { callNumber } from '../../../src/linux/system-calls.ts';
import { compileAllowList } from '../../../src/walls/allow-list.ts';
import { runFilter } from '../../frame/host/bpf.ts';
import { holdInSource, isWhatItsSourceSays } from '../../frame/host/machine-code.ts';

/** Returns the name of an operation in handler.c. */
function operationInC(name: string): string {
  if (name === 'refuse') return name;
  return name.startsWith('refuse')
    ? name.replace(/[A-Z]/, (letter) => `_${letter.toLowerCase()}`)
    : `op_${name}`;
}

describe('the handler of refused calls', () => {
  test('is what its source says', (context) =>
    isWhatItsSourceSays(context, 'handler', { compiler, code: handlerCode }));

  test('has the structures that TypeScript writes', (context) => {
    holdInSource(context, 'src/host/trap/handler.c', [
      `sizeof(struct place) == ${PlaceLayout.size}`,
      `__builtin_offsetof(struct place, link_length) == ${PlaceLayout.linkLength}`,
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
    ]);
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
