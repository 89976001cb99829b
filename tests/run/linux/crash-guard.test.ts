// Executables that crash again and again do not start for a while; others do.
import assert from 'node:assert/strict';
import { chmodSync, copyFileSync, linkSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { tellsEnds } from '../../../src/host/processes/process-info.ts';
import { command, type Outcome } from '../../frame/cli/commands.ts';
import { makeFolder } from '../../frame/programs.ts';

/** Runs a script in a folder with two shells of their own, which crash when they are told so. */
function run(t: TestContext, guard: string, script: string): Outcome {
  const folder = makeFolder(t);
  for (const name of ['crasher', 'other']) {
    copyFileSync('/bin/sh', join(folder, name));
    chmodSync(join(folder, name), 0o755);
  }
  linkSync(join(folder, 'crasher'), join(folder, 'again'));
  const crash = `crash() { ./$1 -c 'kill -SEGV $$' 2> /dev/null; echo $?; }`;
  return command('cloudabi', [
    ...['exec', '--base', 'system', '--write', folder, '--chdir', folder, '--trace', '--crash-guard', guard],
    ...['--', '/bin/sh', '-c', `${crash}; ${script}`],
  ]);
}

const skip = tellsEnds() ? false : 'Linux before 6.15 does not say how processes have ended';

test('an executable that has crashed so often does not start, by no name, and its neighbour does', {
  skip,
}, (t) => {
  const { stdout, stderr } = run(
    t,
    '3/1h',
    'for i in 1 2 3 4; do crash crasher; done; crash again; crash other; ./other -c "echo fine"; ./crasher -c "echo wrong"',
  );
  assert.equal(stdout, '139\n139\n139\n126\n126\n139\nfine\n');
  assert.match(stderr, /exec of \/\S+\/crasher refused with EAGAIN by rule 'crash guard' \(--crash-guard\)/);
});

test('ends that are no crashes do not count', { skip }, (t) => {
  const { stdout } = run(
    t,
    '1/1h',
    './crasher -c "exit 3"; ./crasher -c "kill -KILL \\$\\$"; ./crasher -c "kill -TERM \\$\\$"; ./crasher -c "echo fine"; crash crasher; crash crasher',
  );
  assert.equal(stdout, 'fine\n139\n126\n');
});

test('crashes count for the file that a process has executed last, and for a time', { skip }, (t) => {
  const { stdout } = run(
    t,
    '2/1h/1ms',
    "./other -c 'exec ./crasher -c \"kill -SEGV \\$\\$\"' 2> /dev/null; crash crasher; sleep 0.1; crash crasher; ./other -c 'echo fine'",
  );
  assert.equal(stdout, '139\n139\nfine\n');
  const short = run(t, '2/1ms/1h', 'for i in 1 2 3; do crash crasher; sleep 0.1; done');
  assert.equal(short.stdout, '139\n139\n139\n');
});

test('explain names it, and mistakes are refused', () => {
  const explained = command('cloudabi', [
    ...['exec', '--explain', '--base', 'system', '--crash-guard', '3/10s/1min', '--', '/bin/true'],
  ]);
  if (skip === false)
    assert.match(
      explained.stdout,
      /An executable that crashed 3 times in 10 ?s does not start for 1 ?min \(supervisor\)/,
    );
  for (const [text, wanted] of [
    ['3', /takes N\/TIME or N\/TIME\/PAUSE/],
    ['0/1s', /an int from 1 to 32/],
    ['3/10', /a duration with its unit/],
  ] as const) {
    const { stderr } = command('cloudabi', ['exec', '--crash-guard', text, '--', '/bin/true']);
    assert.match(stderr, wanted);
  }
});
