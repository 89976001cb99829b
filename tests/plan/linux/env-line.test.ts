import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { readEnvLine } from '../../../src/plan/linux/env-line.ts';

const environment = new Map([
  ['PATH', '/usr/bin:/bin'],
  ['WORD', 'a b'],
  ['EMPTY', ''],
]);

const gnu = /GNU coreutils/.test(spawnSync('env', ['--version'], { encoding: 'utf8' }).stdout ?? '');

/** A variable as env's -S has it. */
function variable(name: string): string {
  return `$\{${name}}`;
}

/** Arguments after env, with `printf` as the program where one is started: it shows which words it was given. */
const lines: readonly string[] = [
  '-S printf [%s]',
  '-S  printf   [%s]  a   b ',
  '-vS printf [%s]',
  '-iS printf [%s]',
  '--split-string=printf [%s] x',
  '-S printf "[%s]" \'a b\' "c d" ""',
  "-S printf [%s] 'a\\'b' 'c\\\\d' 'e\\n'",
  '-S printf [%s] a\\_b "c\\_d" \\t \\\\ \\# \\$',
  `-S printf [%s] ${variable('WORD')} "${variable('WORD')}" '${variable('WORD')}' ${variable('EMPTY')} ${variable('NONE')}`,
  '-S printf [%s] a#b #c d',
  '-S printf [%s] a \\c b',
  '-S -u WORD printf [%s]',
  '-S --unset=WORD --debug printf [%s]',
  '-S A=1 B=2 printf [%s]',
  '-S -- A=1 printf [%s]',
  '-S - A=1 printf [%s]',
  '-S -C / printf [%s]',
  '-S "-S printf" [%s]',
  '-S prin"tf" [%s]',
  `-S ${variable('NONE')}printf [%s]`,
];

test('env starts what is read from its line', { skip: !gnu && 'no env of GNU here' }, () => {
  for (const line of lines) {
    const env = Object.fromEntries(environment);
    const { status, stderr } = spawnSync('/usr/bin/env', [line, 'script'], { env, encoding: 'utf8' });
    assert.equal(status, 0, `${line}: ${stderr}`);
    const found = readEnvLine(line, environment);
    assert.equal(found.kind === 'program' && found.name, 'printf', line);
  }
});

test('the PATH that env looks into is the one that its line leaves', () => {
  const pathOf = (line: string): string | undefined => {
    const found = readEnvLine(line, environment);
    return found.kind === 'program' ? found.path : undefined;
  };
  assert.equal(pathOf('sh'), '/usr/bin:/bin');
  for (const line of ['-S -i sh', '-S - sh', '-S -u PATH sh', '-S -uPATH sh', '-S --unset=PATH sh'])
    assert.equal(pathOf(line), '/bin:/usr/bin', line);
  assert.equal(pathOf('-S PATH=/opt sh'), '/opt');
  assert.equal(pathOf('-S -i PATH=/opt PATH=/x sh'), '/x');
});

test('a line without a program, or one that cannot be read, is no program', () => {
  for (const line of ['-i', '-S', '-S A=1', 'A=1', `-S ${variable('NONE')}`, '-S #sh'])
    assert.deepEqual(readEnvLine(line, environment), { kind: 'nothing' }, line);
  for (const line of [
    '-S $HOME/sh',
    `-S ${variable('1')}sh`,
    "-S 'sh",
    '-S "sh',
    '-S \\q',
    '-S "\\c"',
    '-S sh\\',
    '-x sh',
    '--unknown sh',
    '-S -C /tmp ./sh',
    '-i sh',
  ])
    assert.equal(readEnvLine(line, environment).kind, 'unknown', line);
});

test('without -S the rest of the line is one word', () => {
  const found = readEnvLine('python3 -u', environment);
  assert.equal(found.kind === 'program' && found.name, 'python3 -u');
});
