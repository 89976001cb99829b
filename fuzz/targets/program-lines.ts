import { deepEqual, equal, ok } from 'node:assert/strict';
import { closeSync, writeSync } from 'node:fs';
import { makeSocketPair } from '../../src/host/files/new-descriptors.ts';
import { LauncherLines } from '../../src/services/launcher/lines.ts';
import { refusedRequest } from '../../src/services/program/check-request.ts';
import type { CommandLimits } from '../../src/services/program/limits.ts';
import { readToLauncher, startLine } from '../../src/services/program/messages.ts';
import { readProcessEnd, writeProcessEnd } from '../../src/services/program/process-end.ts';
import type { Target } from '../target.ts';
import { textOf } from '../target.ts';

const limits: CommandLimits = {
  arguments: [{ kind: 'one of', words: ['list'] }],
  more: { kind: 'text', longest: 20 },
  options: new Map([['--all', true]]),
  variables: new Map([['LEVEL', { kind: 'number', from: 1, to: 9 }]]),
  streams: ['stdout'],
};

/** Lines of a compromised service of programs to its launcher, the way back, and the ends of processes. */
export const programLines: Target = {
  name: 'program-lines',
  promise: 'a request within its limits has no option or variable beyond them, and survives a round trip',
  words: [
    '{"kind":"start","id":1,"name":"gh","arguments":["list"],"environment":[],"streams":[],"keep":"channel"}',
    '"--all"',
    '"-x"',
    '["LEVEL","1"]',
    '["LD_PRELOAD","/x"]',
    '"stdout"',
    '"daemon"',
    '"descriptor"',
    '"kind":"kill"',
    '"time":1',
    '"__proto__"',
    '\n',
  ],
  maximumLength: 4000,
  run(bytes) {
    readEnd(bytes);
    for (const line of linesOf(bytes)) {
      const message = readToLauncher(parsed(line));
      if (message?.kind !== 'start') continue;
      const { id, request, time } = message;
      deepEqual(
        readToLauncher(JSON.parse(startLine(id, request, time === undefined ? {} : { time }))),
        message,
      );
      ok(new Set(request.streams).size === request.streams.length);
      if (refusedRequest(request, limits) !== undefined) continue;
      ok(request.keep !== 'daemon' && request.arguments.includes('list'));
      ok(request.arguments.every((word) => !word.startsWith('-') || word === '--all'));
      ok([...request.environment.keys()].every((name) => name === 'LEVEL'));
      ok(request.streams.every((name) => name === 'stdout'));
    }
  },
};

/** Reads an end of a process, and writes it again. */
function readEnd(bytes: Uint8Array): void {
  const end = readProcessEnd(bytes);
  if (end === undefined) return;
  const again = readProcessEnd(writeProcessEnd(end));
  equal(again?.kind, end.kind);
  if (end.kind === 'exited') deepEqual(again, end);
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** The lines of some bytes, as they come over a socket. */
function linesOf(bytes: Uint8Array): readonly string[] {
  const [ours, theirs] = makeSocketPair();
  const lines: string[] = [];
  let ends = 0;
  const reader = new LauncherLines(
    ours,
    (line) => lines.push(line),
    () => ends++,
  );
  try {
    if (bytes.length > 0) writeSync(theirs, bytes);
    closeSync(theirs);
    equal(reader.read(), false);
    equal(ends, 1);
    const whole = textOf(bytes.subarray(0, bytes.lastIndexOf(0x0a) + 1)).length;
    ok(lines.join('\n').length <= whole, 'a part of a line was taken for one');
  } finally {
    closeSync(ours);
  }
  return lines;
}
