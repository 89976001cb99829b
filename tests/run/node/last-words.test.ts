import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { launch } from '../../../src/index.ts';
import { LONGEST_MESSAGE, parseReport } from '../../../src/process/report.ts';
import { programWith } from '../../frame/program/sources.ts';

const cloudabiRun = fileURLToPath(new URL('../../../../dist/bin/cloudabi-run.js', import.meta.url));

const programs = {
  throws: "throw new Error('boom');",
  'wants something else': `import { program, text } from 'cloudabi/program';
    export default program({ schema: { name: text() } }, () => undefined);`,
  'does nothing': 'const nothing = 1;',
} as const;

const words: Readonly<Record<keyof typeof programs, RegExp>> = {
  throws: /^Uncaught Error: boom\n {4}at .*program\.ts:1:7/,
  'wants something else':
    /^\/.*program\.ts: The program cannot use 'name': expected a text, not nothing\n.*'other'/,
  'does nothing': /^\/.*program\.ts: .*neither calls program\(\) nor has a function as its default export/,
};

test('a program without standard error does not fail in silence', async (t) => {
  for (const [name, source] of Object.entries(programs)) {
    const program = programWith(t, source);
    const reason = await launch(program, { other: 1 }).exited;
    assert.ok(reason.kind === 'exited' && reason.message !== undefined, JSON.stringify(reason));
    const expected = Object.entries(words).find(([key]) => key === name)?.[1];
    assert.match(reason.message, expected ?? /^$/);
    for (const more of [[], ['--trace'], ['--walls', 'landlock']]) {
      const { stderr, status } = spawnSync(process.execPath, [cloudabiRun, ...more, program], {
        input: 'other: 1\n',
        encoding: 'utf8',
      });
      assert.match(stderr, expected ?? /^$/, `${name} ${more}`);
      assert.equal(status, name === 'throws' ? 1 : 65);
    }
  }
});

test('with standard error, its words are there alone', async (t) => {
  const program = programWith(t, programs.throws);
  for (const walls of ['all', 'landlock']) {
    const { stderr } = spawnSync(process.execPath, [cloudabiRun, '--walls', walls, program], {
      input: 'errors: !fd stderr\n',
      encoding: 'utf8',
    });
    assert.equal(stderr.match(/Uncaught Error: boom/g)?.length, 1, stderr);
  }
});

test('an error that the program has caught is not among its last words', async (t) => {
  const program = programWith(
    t,
    "process.on('uncaughtException', () => process.exit(4)); setTimeout(() => { throw new Error('boom'); }); export default () => undefined;",
  );
  const reason = await launch(program, {}).exited;
  assert.ok(reason.kind === 'exited' && reason.code === 4 && reason.message === undefined);
});

test('last words are believed no further than a terminal allows', () => {
  const message = `\u001b]0;title\u0007${'x'.repeat(2 * LONGEST_MESSAGE)}`;
  const report = parseReport(JSON.stringify({ is: 'exited', code: 1, message }));
  assert.ok(report?.is === 'exited' && report.message !== undefined);
  assert.equal(report.message.length, LONGEST_MESSAGE);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it must not have them
  assert.doesNotMatch(report.message, /[\u0000-\u001f]/);
});

test('a listener that hears of the exit may exit itself', async (t) => {
  const code = async (listener: string): Promise<unknown> => {
    const program = programWith(t, `process.on('exit', ${listener}); export default () => undefined;`);
    const reason = await launch(program, {}).exited;
    return reason.kind === 'exited' ? reason.code : reason;
  };
  assert.equal(await code('() => process.exit(3)'), 3);
  assert.equal(await code('() => { process.exitCode = 9; }'), 9);
  assert.equal(await code("() => { throw new Error('late'); }"), 1);
});
