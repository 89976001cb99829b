import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MAX_REPORT, parseReport, ReportReader } from '../../src/process/report.ts';
import fc from '../frame/properties.ts';

test('a line that no process of ours would send is not a report', () => {
  const lines = [
    '',
    'hello',
    '{',
    'null',
    '[]',
    '{}',
    '{"is":"exited"}',
    '{"is":"exited","code":-1}',
    '{"is":"exited","code":4294967296}',
    '{"is":"exited","code":"0"}',
    '{"is":"trapped"}',
    '{"is":"failed","code":1,"message":""}',
    '{"is":"refused"}',
    '{"is":"refused","refusal":{"call":"fd_read","descriptor":0,"missing":[1],"grant":0}}',
    '{"is":"refused","refusal":{"call":"fd_read","descriptor":0,"missing":[],"grant":"0"}}',
    `{"is":"refused","refusal":{"call":"fd_read","descriptor":0,"missing":${JSON.stringify(Array(65).fill(''))},"grant":0}}`,
  ];
  for (const line of lines) assert.equal(parseReport(line), undefined, line);
});

test('reports arrive whole however they are cut', () => {
  const reports = [
    {
      is: 'refused',
      refusal: { call: 'fd_read', descriptor: 3, missing: ['fd_read'], grant: 1, path: 'a\nb' },
    },
    { is: 'trapped', message: 'unreachable' },
    { is: 'exited', code: 7, usage: { maximumMemory: 1, cpuTime: 2 } },
  ];
  const text = reports.map((report) => `${JSON.stringify(report)}\n`).join('');
  fc.assert(
    fc.property(fc.array(fc.nat(text.length)), (cuts) => {
      const reader = new ReportReader();
      const edges = [0, ...cuts.toSorted((a, b) => a - b), text.length];
      const found = edges.slice(1).flatMap((end, at) => [...reader.read(text.slice(edges[at], end))]);
      assert.deepEqual(found, reports);
    }),
  );
});

test('a line without an end does not fill the memory of the launcher', () => {
  const reader = new ReportReader();
  const found: unknown[] = [];
  for (let sent = 0; sent <= MAX_REPORT; sent += 1000) found.push(...reader.read('x'.repeat(1000)));
  assert.deepEqual(found, [undefined]);
});

test('no report makes the launcher throw, and messages of a process stay on one line', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (line) => {
      parseReport(line);
    }),
  );
  const report = parseReport(JSON.stringify({ is: 'trapped', message: 'a\nb\u001b[2J\u2028' }));
  assert.ok(report?.is === 'trapped');
  assert.equal(report.message, 'a\ufffdb\ufffd[2J\ufffd');
});
