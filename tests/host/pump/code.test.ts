import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { compiler, pumpCode } from '../../../src/host/pump/code.ts';
import {
  MOST_CONNECTIONS,
  MOST_FLOWS,
  MOST_PAYLOAD,
  MOST_SOCKETS,
  RECORD,
} from '../../../src/host/pump/records.ts';
import { isWhatItsSourceSays } from '../../frame/host/machine-code.ts';

test('the pump is what its source says', (context) =>
  isWhatItsSourceSays(context, 'pump', { compiler, code: pumpCode }));

test('the sizes in C are those of records.ts', () => {
  const source = readFileSync('src/host/pump/state.h', 'utf8');
  const sizes = { RECORD, MOST_PAYLOAD, MOST_SOCKETS, MOST_CONNECTIONS, MOST_FLOWS };
  for (const [name, value] of Object.entries(sizes)) {
    assert.equal(Number(new RegExp(`#define ${name} (\\d+)`).exec(source)?.[1]), value, name);
  }
});
