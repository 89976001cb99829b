// Rules about the sockets that a program connects to: calls are as without rules, but for those that they refuse.
import assert from 'node:assert/strict';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import type { AccessQuestion } from '../../../src/process/access-refusal.ts';
import { command as grants, pipe } from '../../../src/resources/constructors.ts';
import { launchPlan } from '../../../src/run/launch.ts';
import { command } from '../../frame/cli/commands.ts';
import { planLinux } from '../../frame/plan/plans.ts';

const beginning = `
import ctypes, errno, os, signal, socket, struct, threading
libc = ctypes.CDLL(None, use_errno=True)
def tell(name, act):
    try:
        got = act()
        print(name, 'ok' if got is None else got, flush=True)
    except OSError as error: print(name, errno.errorcode[error.errno], flush=True)
def listener(address, family=socket.AF_UNIX, backlog=8):
    s = socket.socket(family)
    s.bind(address)
    s.listen(backlog)
    return s
def connect(address, family=socket.AF_UNIX, kind=socket.SOCK_STREAM, blocking=True):
    s = socket.socket(family, kind)
    s.setblocking(blocking)
    s.connect(address)
    return s
def raw(fd, address):
    if libc.connect(fd, address, len(address)) < 0: raise OSError(ctypes.get_errno(), '')
`;

const script = `${beginning}
inet, inet6, datagrams = socket.AF_INET, socket.AF_INET6, socket.SOCK_DGRAM
port = listener(('127.0.0.1', 0), inet)
number = port.getsockname()[1]
tell('tcp', lambda: connect(('127.0.0.1', number), inet).getpeername()[0])
tell('no address', lambda: connect(('0.0.0.0', number), inet).getpeername()[0])
tell('mapped', lambda: connect(('::ffff:127.0.0.1', number), inet6).getpeername()[0])
tell('no mapped address', lambda: connect(('::ffff:0.0.0.0', number), inet6).getpeername()[0])
tell('at once', lambda: connect(('127.0.0.1', number), inet, blocking=False))
tell('other host', lambda: connect(('127.0.0.2', number), inet))
tell('six', lambda: connect(('::1', number), inet6))
tell('low port', lambda: connect(('127.0.0.1', 1), inet))
twice = connect(('127.0.0.1', number), inet)
tell('twice', lambda: twice.connect(('127.0.0.1', number)))
udp = socket.socket(inet, datagrams)
tell('datagrams', lambda: udp.connect(('127.0.0.3', 4000)))
tell('dissolved', lambda: raw(udp.fileno(), struct.pack('=H14x', 0)))
tell('no peer', lambda: udp.getpeername())
os.chdir('/tmp')
held, other, name = listener('/tmp/held.sock'), listener('/tmp/other.sock'), listener('\\0held')
os.symlink('held.sock', 'link')
directory = os.open('/tmp', os.O_RDONLY)
tell('path', lambda: connect('/tmp/held.sock').getpeername())
tell('relative', lambda: connect('held.sock').getpeername())
tell('link', lambda: connect('link').getpeername())
tell('descriptor', lambda: connect('/proc/self/fd/%d/held.sock' % directory).getpeername())
tell('neighbour', lambda: connect('/tmp/other.sock').getpeername())
tell('abstract', lambda: connect('\\0held'))
tell('nothing', lambda: connect('/tmp/none'))
tell('no socket', lambda: connect('/etc/passwd'))
tell('user', lambda: struct.unpack('=iII', connect('/tmp/other.sock').getsockopt(1, socket.SO_PEERCRED, 12))[1] == os.getuid())
tell('closed', lambda: raw(99, bytes(16)))
tell('pipe', lambda: raw(os.pipe()[0], bytes(16)))
tell('long', lambda: raw(udp.fileno(), bytes(200)))
tell('short', lambda: raw(socket.socket(inet).fileno(), struct.pack('=H4x', inet)))
tell('empty', lambda: raw(socket.socket(inet).fileno(), b''))
tell('nowhere', lambda: libc.connect(udp.fileno(), ctypes.c_void_p(16), 16) == -1 and errno.errorcode[ctypes.get_errno()])
`;

function run(program: string, ...rules: readonly string[]): readonly string[] {
  const words = rules.flatMap((rule) => ['--rule', rule]);
  const { stdout, stderr } = command('cloudabi', [
    ...['exec', '--base', 'system', '--tmp', '--network', 'loopback', ...words],
    ...['--', '/usr/bin/python3', '-c', program],
  ]);
  assert.equal(stderr, '');
  return stdout.trim().split('\n');
}

test('connections are made as without rules, but for those that rules refuse', () => {
  const free = run(script);
  assert.ok(free.includes('tcp 127.0.0.1') && free.includes('path /tmp/held.sock'), free.join('\n'));
  assert.deepEqual(run(script, 'log net/connect *'), free);
  const ruled = run(
    script,
    'allow net/connect 127.0.0.0/31:1024-65535',
    'deny net/connect 127.0.0.0/8',
    'deny(EHOSTUNREACH) net/connect [::]/0:*',
    'deny(EPERM) net/connect /tmp/held*',
    'deny net/connect @he?d',
  );
  const refused: Readonly<Record<string, string>> = {
    'at once': 'EINPROGRESS',
    'other host': 'EACCES',
    six: 'EHOSTUNREACH',
    'low port': 'EACCES',
    datagrams: 'EACCES',
    path: 'EPERM',
    relative: 'EPERM',
    link: 'EPERM',
    descriptor: 'EPERM',
    abstract: 'EACCES',
  };
  const expected = free.map((line) => {
    const key = Object.keys(refused).find((one) => line.startsWith(`${one} `));
    return key === undefined ? line : `${key} ${refused[key]}`;
  });
  assert.deepEqual(ruled, expected);
});

test('the order of rules counts, also of those about all connections', () => {
  const act = `${beginning}
port = listener(('127.0.0.1', 0), socket.AF_INET)
number = port.getsockname()[1]
one, two = listener('\\0one'), listener('\\0two')
tell('one', lambda: connect('\\0one') and None)
tell('two', lambda: connect('\\0two') and None)
tell('tcp', lambda: connect(('127.0.0.1', number), socket.AF_INET) and None)
tell('bind', lambda: listener('\\0three') and None)
s = socket.socket(socket.AF_INET)
tell('multipath', lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM, 262) and None)
tell('fast open', lambda: s.sendto(b'x', socket.MSG_FASTOPEN, ('127.0.0.1', number)) and None)
`;
  assert.deepEqual(run(act, 'allow net/connect @one', 'deny net/connect *'), [
    ...['one ok', 'two EPERM', 'tcp EPERM', 'bind ok', 'multipath EPROTONOSUPPORT', 'fast open ENOTSUP'],
  ]);
  assert.deepEqual(
    run(act, 'deny(EBUSY) net/connect @o*', 'allow net/connect @one @two', 'deny net/connect *')[0],
    'one EBUSY',
  );
  assert.deepEqual(run(act, 'deny net/connect *:* for /usr/bin/none')[2], 'tcp ok');
  assert.deepEqual(run(act, 'deny net/connect *:* for /usr/bin/python3*').slice(0, 3), [
    ...['one ok', 'two ok', 'tcp EACCES'],
  ]);
});

test('a socket keeps the rules about its path when it is moved, linked or removed', () => {
  const act = `${beginning}
os.chdir('/tmp')
os.makedirs('held')
os.makedirs('open')
listeners = [listener(name) for name in ('a.sock', 'held/b', 'open/c')]
held = os.open('a.sock', os.O_PATH)
tell('moved', lambda: os.rename('a.sock', 'd'))
tell('exchanged', lambda: libc.renameat2(-100, b'open/c', -100, b'a.sock', 2) and errno.errorcode[ctypes.get_errno()])
tell('linked', lambda: os.link('a.sock', 'd'))
tell('directory', lambda: os.rename('held', 'other'))
tell('within', lambda: os.rename('held/b', 'held/e'))
tell('free', lambda: os.rename('open', 'else'))
tell('free connect', lambda: connect('else/c') and None)
tell('held connect', lambda: connect('held/e') and None)
os.unlink('a.sock')
tell('removed', lambda: connect('/proc/self/fd/%d' % held) and None)
`;
  assert.deepEqual(run(act, 'deny net/connect /tmp/a.sock /tmp/held/**'), [
    ...['moved EXDEV', 'exchanged EXDEV', 'linked EXDEV', 'directory EXDEV', 'within ok'],
    ...['free ok', 'free connect ok', 'held connect EACCES', 'removed ECONNREFUSED'],
  ]);
});

test('connects that wait hold up no other, and end by signals, with their process, or when there is room', () => {
  const act = `${beginning}
full, free = listener('\\0full', backlog=0), listener('\\0free')
first = connect('\\0full')
address = struct.pack('=H', socket.AF_UNIX) + b'\\0full'
tell('at once', lambda: connect('\\0full', blocking=False) and None)
threads = [threading.Thread(target=lambda: connect('\\0full')) for _ in range(6)]
for one in threads: one.start()
tell('other', lambda: connect('\\0free') and None)
for _ in range(7): full.accept()
for one in threads: one.join()
print('all', flush=True)
first = connect('\\0full')
signal.signal(signal.SIGALRM, lambda *_: None)
# Signals come again and again: one of them meets the call.
signal.setitimer(signal.ITIMER_REAL, 0.05, 0.05)
waiting = socket.socket(socket.AF_UNIX)
tell('signal', lambda: raw(waiting.fileno(), address))
signal.siginterrupt(signal.SIGALRM, False)
come, told = os.pipe()
os.set_blocking(told, False)
signal.set_wakeup_fd(told, warn_on_full_buffer=False)
def accept():
    for _ in range(3): os.read(come, 1)
    full.accept()
thread = threading.Thread(target=accept)
thread.start()
tell('restarted', lambda: raw(waiting.fileno(), address))
thread.join()
signal.setitimer(signal.ITIMER_REAL, 0)
child = os.fork()
if child == 0:
    connect('\\0full')
    os._exit(1)
os.kill(child, signal.SIGKILL)
print('child', os.waitpid(child, 0)[1], flush=True)
tell('again', lambda: connect('\\0free') and None)
`;
  const expected = [
    'at once EAGAIN',
    'other ok',
    'all',
    'signal EINTR',
    'restarted ok',
    'child 9',
    'again ok',
  ];
  assert.deepEqual(run(act), expected);
  assert.deepEqual(run(act, 'deny net/connect @none'), expected);
});

test('a person is asked about a socket by its address, and a yes connects this one', async () => {
  const act = `${beginning}
port = listener(('127.0.0.1', 0), socket.AF_INET)
number = port.getsockname()[1]
yes, no = listener('/tmp/yes.sock'), listener('/tmp/no.sock')
tell('tcp', lambda: connect(('127.0.0.1', number), socket.AF_INET) and None)
tell('yes', lambda: connect('/tmp/yes.sock') and None)
tell('no', lambda: connect('/tmp/no.sock') and None)
print(number)
`;
  const stdout = pipe('write');
  const stderr = pipe('write');
  const made = planLinux(
    '/usr/bin/python3',
    grants({
      ...{ stdout, stderr, base: 'system', tmp: true, network: 'loopback' },
      rules: ['ask net/connect *:1024-65535 /tmp/*'],
      arguments: ['-c', act],
    }),
  );
  const asked: AccessQuestion[] = [];
  const refused: string[] = [];
  const started = launchPlan(made, {
    onAccess: (question) => {
      asked.push(question);
      return question.path !== '/tmp/no.sock';
    },
    onRefusedAccess: ({ category, path }) => refused.push(`${category} ${path}`),
  });
  const [, out, errors] = await Promise.all([started.exited, text(stdout.stream), text(stderr.stream)]);
  assert.equal(errors, '');
  const [tcp, yes, no, number] = out.trim().split('\n');
  assert.deepEqual([tcp, yes, no], ['tcp ok', 'yes ok', 'no EACCES']);
  assert.deepEqual(
    asked.map(({ category, path }) => `${category} ${path}`),
    [`net/connect 127.0.0.1:${number}`, 'net/connect /tmp/yes.sock', 'net/connect /tmp/no.sock'],
  );
  assert.deepEqual(refused, ['net/connect /tmp/no.sock']);
});

test('explain, why and printed grants know rules about sockets', () => {
  const options = ['--base', 'system', '--network', 'loopback', '--rule', 'deny net/connect *:22 /run/**'];
  const end = ['--', '/bin/true'];
  const explained = command('cloudabi', ['exec', '--explain', ...options, ...end]).stdout;
  assert.match(
    explained,
    /deny net\/connect \*:22 \/run\/\*\* +--rule\n +Refused \(net\/connect\): supervisor/,
  );
  const why = (port: number): string =>
    command('cloudabi', ['why', '--connect', `127.0.0.1:${port}`, 'exec', ...options, ...end]).stdout;
  assert.match(why(22), /^No, .*: a rule refuses it\n.*net\/connect/);
  assert.match(why(23), /^Yes/);
  const { stdout } = command('cloudabi', ['exec', '--print-grants', ...options, ...end]);
  assert.match(stdout, /rules: \["?deny net\/connect \*:22 \/run\/\*\*"?\]/);
  const named = ['--base', 'system', '--net', 'example.org:443', '--rule', 'deny net/connect 10.0.0.0/8'];
  const noted = command('cloudabi', ['exec', '--explain', ...named, ...end]);
  assert.match(`${noted.stdout}${noted.stderr}`, /withhold hosts with '--net-except'/);
});
