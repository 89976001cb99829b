import { deepStrictEqual } from 'node:assert/strict';
import { describeExit, exitStatusOf } from '../../src/process/exit-reason.ts';
import { formatRefusal } from '../../src/process/refusal.ts';
import { MAX_REPORT, parseReport, type Report, ReportReader } from '../../src/process/report.ts';
import type { Target } from '../target.ts';
import { textOf } from '../target.ts';

/** Reports of a confined process, which may be compromised, to its launcher. */
export const report: Target = {
  name: 'report',
  promise: 'lines are reports that no terminal and no log can be misled by, however they arrive, or none',
  words: [
    '{"is":"exited","code":0,',
    '{"is":"trapped","message":"unreachable"}',
    '{"is":"failed","code":"cannot_open","message":"no\\nfile"}',
    '{"is":"refused","refusal":{"call":"file_open","descriptor":3,"path":"a","missing":["fd_read"],"grant":0}}',
    '"usage":{"maximumMemory":1,"cpuTime":2.5}}',
    '1e999',
    '-1',
    '\\u001b[2J',
    '\\u202e',
    '\n',
    '__proto__',
    '[]',
    'null',
  ],
  maximumLength: 2048,
  run(bytes) {
    const text = textOf(bytes);
    const whole = [...new ReportReader().read(`${text}\n`)];
    const pieces = new ReportReader();
    const cut = (bytes[0] ?? 0) % (text.length + 1);
    deepStrictEqual([...pieces.read(text.slice(0, cut)), ...pieces.read(`${text.slice(cut)}\n`)], whole);
    deepStrictEqual(
      whole,
      text.split('\n').map((line) => (line.length > MAX_REPORT ? undefined : parseReport(line))),
    );
    for (const one of whole) if (one !== undefined) check(one);
  },
};

function check(one: Report): void {
  if (one.is === 'refused call') {
    const refusal = { ...one.refusal, time: new Date(0), program: '/program', missing: [], remedy: '' };
    for (const line of formatRefusal(refusal).split('\n')) checkLine(line);
    return;
  }
  if (one.is === 'refused') {
    const { call, missing } = one.refusal;
    for (const text of [call, ...missing]) checkLine(text);
    return;
  }
  if (one.is === 'failed') {
    for (const line of one.message.split('\n')) checkLine(line);
    checkLine(one.code);
    exitStatusOf({ kind: 'failed', code: one.code, message: one.message });
    return;
  }
  const reason =
    one.is === 'exited' ? { kind: one.is, code: one.code } : { kind: one.is, message: one.message };
  checkLine(describeExit(reason));
  const { maximumMemory = 0, cpuTime = 0 } = one.usage ?? {};
  for (const number of [maximumMemory, cpuTime, exitStatusOf(reason)])
    if (!(Number.isFinite(number) && number >= 0)) throw new Error(`${number} is no amount`);
}

function checkLine(text: string): void {
  if (/[\p{C}\p{Zl}\p{Zp}]/u.test(text)) throw new Error(`${JSON.stringify(text)} is not one line of text`);
}
