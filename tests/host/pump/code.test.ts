import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
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

const version = /version (\S+)/.exec(
  spawnSync('clang', ['--version'], { encoding: 'utf8' }).stdout ?? '',
)?.[1];

test('the pump is what its source says', (context) => {
  if (version !== compiler) {
    context.skip(`it was made by clang ${compiler}; here is ${version ?? 'none'}`);
    return;
  }
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['scripts/build-machine-code.js', '--print', 'pump'],
    { encoding: 'utf8' },
  );
  assert.equal(status, 0, stderr);
  const { x64, arm64 } = JSON.parse(stdout);
  assert.deepEqual({ x64, arm64 }, pumpCode);
});

test('the sizes in C are those of records.ts', () => {
  const source = readFileSync('src/host/pump/state.h', 'utf8');
  const sizes = { RECORD, MOST_PAYLOAD, MOST_SOCKETS, MOST_CONNECTIONS, MOST_FLOWS };
  for (const [name, value] of Object.entries(sizes)) {
    assert.equal(Number(new RegExp(`#define ${name} (\\d+)`).exec(source)?.[1]), value, name);
  }
});
