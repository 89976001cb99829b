import assert from 'node:assert/strict';
import { closeSync, writeSync } from 'node:fs';
import { test } from 'node:test';
import { makeSocketPair } from '../../../src/host/files/new-descriptors.ts';
import { PumpControl } from '../../../src/host/pump/control.ts';
import { RECORD } from '../../../src/host/pump/records.ts';

/** The kind of record by which a pump says that it has its sockets. */
const READY = 1;

test('reports that have come when a pump is ended are heard', () => {
  const [ours, theirs] = makeSocketPair();
  const heard: string[] = [];
  const control = new PumpControl(ours, { onReport: ({ kind }) => heard.push(kind), onEnd: () => undefined });
  const report = Buffer.alloc(RECORD);
  report.writeUInt16LE(READY, 0);
  for (let turn = 0; turn < 3; turn++) writeSync(theirs, report);
  closeSync(theirs);
  control.close();
  assert.deepEqual(heard, ['ready', 'ready', 'ready']);
});
