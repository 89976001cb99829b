// A program keeps its promises: what they have works, and the rest is refused.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promiseNames } from '../../../src/worlds/promises.ts';
import { command, type Outcome } from '../../frame/cli/commands.ts';

const skip = spawnSync('gcc', ['--version']).status === 0 ? false : 'there is no gcc';
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'cloudabi-promises-')));
const at = (name: string): string => join(folder, name);

const exec = (promise: string, ...words: readonly string[]): Outcome =>
  command('cloudabi', ['exec', '--no-stdin', '--promise', promise, ...words]);

describe('a program with promises', { skip }, () => {
  before(() => {
    mkdirSync(at('work'));
    execFileSync('gcc', [
      '-O1',
      '-w',
      '-D_GNU_SOURCE',
      '-static',
      '-o',
      at('use'),
      'tests/run/linux/promises.c',
    ]);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const used = (promise: string, ...options: readonly string[]): string => {
    rmSync(at('work'), { recursive: true });
    mkdirSync(at('work'));
    writeFileSync(at('work/there'), 'content\n');
    const words = ['--write', at('work'), '--read', at('use'), '--chdir', at('work'), ...options];
    const { status, stdout, stderr } = exec(promise, ...words, '--', at('use'));
    assert.equal(status, 0, stderr);
    return stdout;
  };

  for (const name of promiseNames) {
    if (name === 'exec') continue;
    test(`${name} has its calls and no others`, () => {
      const others = name === 'inet' ? ' dns' : '';
      const expected = name === 'stdio' ? 'stdio no-exec' : `stdio ${name}${others} no-exec`;
      assert.equal(used(`stdio,${name}`), expected);
    });
  }

  test('exec starts the program again, which keeps its promises', () => {
    assert.equal(used('stdio,exec'), 'stdio ');
  });

  test('promises hold besides rules, and where Landlock stands alone', () => {
    assert.equal(used('stdio,rpath', '--hide', '**/x'), 'stdio rpath no-exec');
    assert.equal(used('stdio,rpath', '--walls', 'landlock'), 'stdio rpath no-exec');
  });

  test('real programs do what they promised', () => {
    writeFileSync(at('work/lines'), 'b\na\n');
    const cat = exec('stdio,rpath', '--read', at('work'), '--', 'cat', at('work/lines'));
    assert.equal(cat.stdout, 'b\na\n', cat.stderr);
    const sort = ['--write', at('work'), '--', 'sort', '-o', at('work/sorted'), at('work/lines')];
    const refused = exec('stdio,rpath', ...sort);
    assert.match(refused.stderr, /Operation not permitted/);
    const sorted = exec('stdio,rpath,wpath,cpath', ...sort);
    assert.equal(sorted.status, 0, sorted.stderr);
    assert.equal(readFileSync(at('work/sorted'), 'latin1'), 'a\nb\n');
  });

  test('a shell without proc starts nothing, and with it something', () => {
    const shell = ['--base', 'system', '--', '/bin/sh', '-c', '/bin/echo started; echo end'];
    const without = exec('stdio,rpath,exec', ...shell);
    assert.doesNotMatch(without.stdout, /started/);
    assert.equal(exec('stdio,rpath,exec,proc', ...shell).stdout, 'started\nend\n');
  });

  test('mistakes are told before anything starts', () => {
    const told = (promise: string, ...words: readonly string[]): string => {
      const { status, stderr } = exec(promise, ...words, '--', 'cat');
      assert.notEqual(status, 0);
      return stderr;
    };
    assert.match(told('stdio'), /needs 'rpath': the loader opens the libraries/);
    assert.match(told('rpath'), /needs 'stdio'/);
    assert.match(told('stdio,rpaht'), /did you mean 'rpath'\?/);
    assert.match(told('stdio,rpath,sendfd'), /no promise 'sendfd': 'unix' has it/);
    assert.match(told('stdio,rpath', '--allow-calls', 'io_uring'), /'io_uring'.*no effect/);
  });
});
