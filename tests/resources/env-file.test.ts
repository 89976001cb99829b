import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { isSteeringVariable } from '../../src/linux/steering-variables.ts';
import { parseEnvFile, readEnvFile } from '../../src/resources/env-file.ts';
import { makeFolder } from '../frame/programs.ts';

function variables(text: string): Record<string, string> {
  const read = parseEnvFile(text, '.env');
  assert.ok('variables' in read, JSON.stringify(read));
  return Object.fromEntries(read.variables.map(({ name, value }) => [name, value]));
}

test('a file of variables is read as dotenv has it, and nothing in it is expanded', () => {
  const text = [
    '\uFEFF# a comment',
    'PLAIN=value # a comment',
    '  export SPACED =  two words  ',
    'HASH=a#b',
    'EMPTY=',
    "SINGLE='as $it \\n is' # comment",
    'DOUBLE="a\\tb \\$X \\x \\"q\\""',
    'LINES="one',
    'two"',
    'DOLLAR=$HOME/$(id)`id`',
    'LAST=1',
    'LAST=2',
  ].join('\r\n');
  assert.deepEqual(variables(text), {
    PLAIN: 'value',
    SPACED: 'two words',
    HASH: 'a#b',
    EMPTY: '',
    SINGLE: 'as $it \\n is',
    DOUBLE: 'a\tb $X \\x "q"',
    LINES: 'one\ntwo',
    DOLLAR: '$HOME/$(id)`id`',
    LAST: '2',
  });
});

test('a line that is no variable, and one that steers what programs run, are refused with their place', () => {
  const refused: readonly (readonly [string, RegExp])[] = [
    ['A=1\nnot a line', /^\.env:2: A line is NAME=value, a comment or nothing, and this one is not$/],
    ['1A=1', /A line is NAME=value/],
    ['A="x', /A quote has no end/],
    ['A="x" y', /Only a comment may follow/],
    ['A=x\0y', /holds a NUL character/],
    ['LD_PRELOAD=/tmp/x.so', /Variable LD_PRELOAD steers/],
    ['export NODE_OPTIONS=--require=/x', /Variable NODE_OPTIONS steers/],
    ['\x1b[2J=1', /^\.env:1: A line is NAME=value, a comment or nothing, and this one is not$/],
  ];
  for (const [text, message] of refused) {
    const read = parseEnvFile(text, '.env');
    assert.ok('problems' in read, text);
    assert.match(read.problems.join('\n'), message);
  }
  for (const name of ['GIT_SSH_COMMAND', 'PYTHONPATH', 'BASH_ENV', 'PATH', 'https_proxy', 'RUSTC_WRAPPER'])
    assert.ok(isSteeringVariable(name), name);
  for (const name of ['API_KEY', 'DATABASE_URL', 'PORT', 'DEBUG', 'NODE_ENV', 'LDAP_URL'])
    assert.ok(!isSteeringVariable(name), name);
});

test('only a regular file of some size is read', (t) => {
  const folder = makeFolder(t);
  const problemOf = (name: string): string => {
    const read = readEnvFile(join(folder, name), name);
    return 'problems' in read ? read.problems.join() : '';
  };
  mkdirSync(join(folder, 'directory'));
  symlinkSync('/dev/zero', join(folder, 'device'));
  writeFileSync(join(folder, 'large'), Buffer.alloc(2 ** 20 + 1, 10));
  writeFileSync(join(folder, 'bytes'), Buffer.of(65, 61, 0xff));
  writeFileSync(join(folder, 'many'), Array.from({ length: 5000 }, (_, index) => `A${index}=1`).join('\n'));
  assert.match(problemOf('none'), /no such file/);
  for (const name of ['directory', 'device', 'large']) assert.match(problemOf(name), /it is no regular file/);
  assert.match(problemOf('bytes'), /it is not UTF-8/);
  assert.match(problemOf('many'), /more than 4096 variables/);
});
