// Rules about calls of a program that runs: what they refuse, and the neighbours that they let through.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { command } from '../../frame/cli/commands.ts';

const script = `
import ctypes, fcntl, os, socket, struct, termios, threading
libc = ctypes.CDLL(None, use_errno=True)
def tell(name, act):
    try: act(); print(name, 'ok')
    except OSError as error: print(name, os.strerror(error.errno))
fd, other = os.openpty()
tell('window', lambda: fcntl.ioctl(fd, termios.TIOCGWINSZ, bytes(8)))
tell('settings', lambda: termios.tcgetattr(other))
def high():
    # The kernel looks at 32 bits of the request alone.
    if libc.syscall(SYS_ioctl, fd, ctypes.c_ulong(termios.TIOCGWINSZ | 0xabc00000000), ctypes.create_string_buffer(8)) < 0:
        raise OSError(ctypes.get_errno(), '')
SYS_ioctl = 16 if os.uname().machine == 'x86_64' else 29
tell('high bits', high)
s = socket.socket(socket.AF_UNIX)
tell('bind', lambda: s.bind('/tmp/s'))
t = socket.socket(socket.AF_UNIX)
tell('listen', lambda: t.listen())
a, b = socket.socketpair()
tell('pair', lambda: a.send(b'x'))
tell('connect', lambda: t.connect('/tmp/none'))
`;

const lines = (...rules: readonly string[]): readonly string[] => {
  const words = rules.flatMap((rule) => ['--rule', rule]);
  const { stdout, stderr } = command('cloudabi', [
    ...['exec', '--base', 'system', ...words, '--', '/usr/bin/python3', '-c', script],
  ]);
  assert.equal(stderr, '');
  return stdout.trim().split('\n');
};

test('requests and calls that rules name are refused, and others made', () => {
  const free = lines();
  assert.deepEqual(free, [
    ...['window ok', 'settings ok', 'high bits ok', 'bind ok', 'listen Invalid argument', 'pair ok'],
    'connect No such file or directory',
  ]);
  assert.deepEqual(lines('deny(EACCES) ioctl TIOCGWINSZ', 'deny net/bind *'), [
    ...['window Permission denied', 'settings ok', 'high bits Permission denied'],
    ...['bind Operation not permitted', 'listen Operation not permitted', 'pair ok'],
    'connect No such file or directory',
  ]);
});

test('the first rule that matches decides, and rules about paths stand beside', () => {
  assert.deepEqual(
    lines(
      'allow ioctl TCGETS* FIOCLEX TIOCSPTLCK TIOCGPTN',
      'deny ioctl *',
      'hide **/none',
      'deny(EHOSTUNREACH) net/connect *',
    ),
    [
      ...['window Operation not permitted', 'settings ok', 'high bits Operation not permitted'],
      ...['bind ok', 'listen Invalid argument', 'pair ok', 'connect No route to host'],
    ],
  );
});

test('a rule that kills ends the process at the call', () => {
  const { status, stdout } = command('cloudabi', [
    ...['exec', '--base', 'system', '--rule', 'kill net/bind *', '--', '/usr/bin/python3', '-c', script],
  ]);
  assert.equal(status, 159);
  assert.match(stdout, /^$|settings ok/);
});

test('explain says which mechanism holds them', () => {
  const { stdout } = command('cloudabi', [
    ...['exec', '--explain', '--base', 'system', '--rule', 'deny ioctl TIOCSTI', '--', '/bin/true'],
  ]);
  assert.match(stdout, /deny ioctl TIOCSTI +--rule\n +Refused \(ioctl\): seccomp/);
});
