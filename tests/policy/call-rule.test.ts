import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { requestNumbers } from '../../src/linux/request-names.ts';
import { parseAnyRule, printAnyRule } from '../../src/policy/any-rule.ts';
import { findReleasedCalls, parseCallRule, type WrittenCallRule } from '../../src/policy/call-rule.ts';
import { makeFolder } from '../frame/programs.ts';

function ruleOf(text: string): WrittenCallRule {
  const { value, problem } = parseCallRule(text);
  if (problem) assert.fail(`${text}: ${problem.message}`);
  return value;
}

test('rules about calls are read, and written as they were', () => {
  for (const text of [
    'deny ioctl TIOCSTI',
    'deny(EACCES) ioctl TIOCSTI 0x5413',
    'allow ioctl TCGETS TCSETS*',
    'kill net/bind,net/connect,net/accept *',
  ])
    assert.equal(printAnyRule({ kind: 'calls', rule: ruleOf(text) }), text);
  assert.deepEqual(
    ruleOf('deny ioctl TCGETS TCSETS*').requests,
    [0x5401, 0x5402, 0x5403, 0x5404, 0x402c542b, 0x402c542c, 0x402c542d],
  );
  assert.equal(parseAnyRule('deny write ioctl').value?.kind, 'paths');
});

test('a rule that no filter can hold is refused, with a reason', () => {
  for (const [text, wanted] of [
    ['ask ioctl TIOCSTI', /A filter holds rules about calls, with the actions allow, deny/],
    ['deny ioctl', /needs names of requests, or '\*' for all/],
    ['deny ioctl /dev/tty', /There is no request '\/dev\/tty'/],
    ['deny ioctl TIOCSTY', /did you mean 'TIOCST/],
    ['deny ioctl TIOCSTI for /bin/sh', /does not see the executable of a process/],
    ['deny net/bind 10.0.0.0/8', /does not see addresses/],
    ['deny ioctl,read *', /has no category 'read'/],
    ['deny(EWRONG) ioctl *', /There is no error 'EWRONG'/],
  ] as const) {
    const { problem } = parseAnyRule(text);
    assert.match(problem?.message ?? 'none', wanted, text);
  }
});

test('rules that refuse more are told from such that refuse less', () => {
  const all = [ruleOf('allow ioctl TCGETS'), ruleOf('deny ioctl *')];
  const one = [ruleOf('deny ioctl TIOCSTI')];
  assert.deepEqual(findReleasedCalls(one, all), []);
  assert.deepEqual(findReleasedCalls(all, one), [all[1]]);
  assert.deepEqual(findReleasedCalls([ruleOf('deny net/bind *')], one).length, 1);
});

const HEADERS = ['asm/ioctls.h', 'linux/fs.h', 'linux/sockios.h', 'linux/random.h', 'linux/loop.h'].concat([
  'linux/fiemap.h',
  'linux/if_tun.h',
  'linux/kvm.h',
  'asm/termbits.h',
]);

test('requests have the numbers of the headers of this host', (t) => {
  const checked = HEADERS.map((name) => `#include <${name}>`).join('\n');
  if (spawnSync('gcc', ['-E', '-'], { input: checked }).status !== 0)
    return t.skip('no compiler, or no headers of the kernel');
  const folder = makeFolder(t);
  const names = [...requestNumbers.keys()];
  const lines = names.map(
    (name) => `#ifdef ${name}\nprintf("${name} %lu\\n", (unsigned long)(${name}));\n#endif`,
  );
  const includes = ['#include <stdio.h>', ...HEADERS.map((name) => `#include <${name}>`)];
  const source = [...includes, 'int main(void) {', ...lines, 'return 0; }'].join('\n');
  writeFileSync(join(folder, 'n.c'), source);
  const built = spawnSync('gcc', ['-w', '-o', join(folder, 'n'), join(folder, 'n.c')], { encoding: 'utf8' });
  if (!existsSync(join(folder, 'n'))) return t.skip(built.stderr.split('\n')[0] ?? '');
  const { stdout } = spawnSync(join(folder, 'n'), { encoding: 'utf8' });
  const found = stdout.trim().split('\n');
  assert.ok(found.length > 80, `${found.length} were found`);
  for (const line of found) {
    const [name = '', value] = line.split(' ');
    assert.equal(requestNumbers.get(name), Number(value) % 2 ** 32, name);
  }
});
