import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { callNumberOf } from '../../../src/linux/system-calls.ts';
import { shell } from '../../frame/run/linux/launching.ts';

test('a script that forbids core dumps and ends at the first error goes on', async () => {
  const { reason, out, errors } = await shell('set -e; ulimit -c 0; ulimit -c; echo goes on');
  assert.equal(out, '0\ngoes on\n', errors);
  assert.deepEqual({ kind: reason.kind, code: 'code' in reason && reason.code }, { kind: 'exited', code: 0 });
});

test('a program makes a message queue of its own and opens it again', {
  skip: !existsSync('/usr/bin/perl') && 'needs perl, which makes system calls by number',
}, async () => {
  const [O_CREAT, O_RDWR] = [0o100, 2];
  const script = `my $name = "cloudabi-test"; my $open = ${callNumberOf('mq_open')};
    print syscall($open, $name, ${O_CREAT | O_RDWR}, 0600, 0) >= 0 ? "made\\n" : "$!\\n";
    print syscall($open, $name, ${O_RDWR}, 0, 0) >= 0 ? "opened\\n" : "$!\\n";
    print syscall(${callNumberOf('mq_unlink')}, $name) == 0 ? "gone\\n" : "$!\\n";`;
  const { out, errors } = await shell(`exec /usr/bin/perl -e '${script}'`);
  assert.equal(out, 'made\nopened\ngone\n', errors);
});

test('with the group for debuggers, programs are started at the same addresses each time', {
  skip: !existsSync('/usr/bin/setarch') && 'needs setarch',
}, async () => {
  const script = 'setarch -R true && echo same';
  assert.equal((await shell(script, { systemCalls: ['debug'] })).out, 'same\n');
  assert.equal((await shell(script)).out, '');
});

test('nothing is mounted on the root of a program: the way up leads to itself', async () => {
  const script = 'cut -d" " -f5 /proc/self/mountinfo | grep -cx /; [ / -ef /.. ] && echo same';
  const { out, errors } = await shell(script);
  assert.equal(out, '1\nsame\n', errors);
});
