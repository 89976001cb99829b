import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { command, file, pipe } from '../../src/resources/constructors.ts';
import { launch } from '../../src/run/launch.ts';
import { type CallDifference, ofLandlock, ofWorlds } from '../frame/differential/call-differences.ts';
import { makeFolder } from '../frame/programs.ts';

/*
 * Some three hundred calls that programs make are answered inside as they are outside, or otherwise by a rule that is
 * written down. tests/differential/system-calls.c makes them.
 */

/** Milliseconds after which a call counts as one that waits for ever. */
const PATIENCE = 60_000;

/** Says whether a rule explains an answer. */
function explains({ calls, answers }: CallDifference, [call = '', answer = '']: readonly string[]): boolean {
  return calls.test(call) && answers.includes(answer);
}

/** The name of each call with its answer, in order. */
function answersOf(printed: string): (readonly [call: string, answer: string])[] {
  return printed
    .trimEnd()
    .split('\n')
    .map((line) => [line.slice(0, line.lastIndexOf(': ')), line.slice(line.lastIndexOf(': ') + 2)]);
}

for (const { walls, network, rules } of [
  { walls: 'all', network: 'loopback', rules: ofWorlds },
  { walls: 'landlock', network: 'none', rules: [...ofWorlds, ...ofLandlock] },
] as const)
  test(`system calls are answered as outside, but for rules that are written down (walls: ${walls})`, async (t) => {
    const folder = makeFolder(t);
    const program = join(folder, 'calls');
    const source = 'tests/differential/system-calls.c';
    const compiled = spawnSync('cc', ['-O1', '-w', '-o', program, source], { encoding: 'utf8' });
    if (compiled.error) return t.skip('no C compiler here');
    assert.equal(compiled.status, 0, compiled.stderr);
    const [outside, inside] = ['outside', 'inside'].map((name) => join(folder, name));
    assert.ok(outside !== undefined && inside !== undefined);
    for (const each of [outside, inside]) mkdirSync(each);
    // The world begins with the limits and the mask that this process has, but not with its groups.
    const native = spawnSync(program, [outside], { encoding: 'utf8', timeout: PATIENCE });
    assert.equal(native.status, 0, native.stderr);
    const stdout = pipe('write');
    const { exited } = launch(
      program,
      command({
        base: 'system',
        network,
        arguments: [inside],
        directories: { [inside]: file(inside, { rights: ['read', 'write', 'create', 'remove'] }) },
        stdout,
      }),
      { walls, limits: { wallClock: PATIENCE } },
    );
    const [reason, printed] = await Promise.all([exited, text(stdout.stream)]);
    assert.equal(
      reason.kind === 'exited' && reason.code,
      0,
      `${JSON.stringify(reason)} ${printed.slice(-200)}`,
    );
    const [expected, found] = [answersOf(native.stdout), answersOf(printed)];
    assert.equal(found.length, expected.length);
    assert.ok(found.length > 250);
    const unexplained = found.flatMap(([call, answer], index) => {
      const wanted = expected[index]?.[1];
      if (answer === wanted || rules.some((rule) => explains(rule, [call, answer]))) return [];
      return [`${call}: ${answer}, outside ${wanted}`];
    });
    assert.deepEqual(unexplained, []);
  });
