// Drives the real command from a real terminal, which Python's pty module makes.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { executable } from '../frame/cli/commands.ts';
import { FOREGROUND, makeFolder } from '../frame/programs.ts';

const PYTHON = '/usr/bin/python3';
const skip = !existsSync(PYTHON) && 'needs the package python3';

/** Reads a JSON list [arguments, steps] and prints what the terminal showed and the exit status. */
const DRIVER = `
import fcntl, json, os, pty, re, select, struct, sys, termios, time
arguments, steps = json.loads(sys.argv[1])
pid, terminal = pty.fork()
if pid == 0: os.execvp(arguments[0], arguments)
shown = b''
def size(rows, columns): fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack('HHHH', rows, columns, 0, 0))
def read(until, patience=60):
    global shown
    start = len(shown)
    end = time.time() + patience
    while time.time() < end and not (until and re.search(until.encode(), shown[start:])):
        if select.select([terminal], [], [], 0.05)[0]:
            try: data = os.read(terminal, 65536)
            except OSError: return
            if not data: return
            shown += data
size(30, 100)
for step in steps:
    if 'size' in step: size(*step['size'])
    if 'keys' in step: os.write(terminal, step['keys'].encode())
    if 'until' in step: read(step['until'])
read(None, 60)
status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
print(json.dumps({'shown': shown.decode(errors='replace'), 'status': status}))
`;

type Step = { readonly size?: readonly [number, number]; readonly keys?: string; readonly until?: string };

function drive(args: readonly string[], steps: readonly Step[]): { shown: string; status: number } {
  const { stdout, stderr } = spawnSync(PYTHON, ['-c', DRIVER, JSON.stringify([args, steps])], {
    encoding: 'utf8',
    timeout: 300_000,
    env: { ...process.env, TERM: 'xterm-256color', PS1: '> ' },
  });
  assert.equal(stderr, '');
  return JSON.parse(stdout);
}

const exec = (...args: string[]): string[] => [
  process.execPath,
  executable('cloudabi'),
  'exec',
  '--base',
  'system',
  ...args,
];

/** The same as a shell reads it. */
const quoted = (...args: string[]): string =>
  exec(...args)
    .map((word) => `'${word}'`)
    .join(' ');

test('an interactive shell has its size, colours, ^C, ^Z and fg, and its status is passed on', {
  skip,
}, () => {
  const { shown, status } = drive(exec('--env', 'PS1', '--', 'sh', '-i'), [
    { until: '> ' },
    { keys: 'stty size\r', until: '30 100' },
    { size: [40, 120] },
    { keys: 'while [ "$(stty size)" = "30 100" ]; do sleep 0.1; done; stty size\r', until: '40 120' },
    { keys: 'echo "<$(tput colors)>"\r', until: '<256>' },
    { keys: `${FOREGROUND}\r`, until: '\nbegun' },
    { keys: '\x03', until: '> ' },
    { keys: 'echo code $?\r', until: 'code 130' },
    { keys: `${FOREGROUND}\r`, until: '\nbegun' },
    { keys: '\x1a', until: 'Stopped' },
    { keys: 'fg\r', until: '\nand on' },
    { keys: '\x03', until: '> ' },
    { keys: 'exit 9\r' },
  ]);
  assert.equal(status, 9, shown);
  for (const wanted of ['30 100', '40 120', '<256>', 'code 130', 'Stopped'])
    assert.ok(shown.includes(wanted), shown);
});

test('the terminal is given back as it was, however the program ends', { skip }, (t) => {
  const folder = makeFolder(t);
  const settings = (name: string): string => `stty -g > ${join(folder, name)}`;
  const { shown } = drive(
    [
      'sh',
      '-c',
      `${settings('before')}; ${quoted('--', 'sh', '-c', 'stty raw -echo; exit 3')}; echo status $?; ${settings('exit')}
       ${quoted('--', 'sh', '-c', 'stty raw -echo; kill -9 $$')}; ${settings('kill')}
       ${quoted('--limit', 'wall_clock=1s', '--', 'sh', '-c', 'stty raw -echo; sleep 60')}; ${settings('limit')}`,
    ],
    [],
  );
  assert.match(shown, /status 3/);
  const before = readFileSync(join(folder, 'before'), 'utf8');
  for (const name of ['exit', 'kill', 'limit'])
    assert.equal(readFileSync(join(folder, name), 'utf8'), before, name);
});

test('a program cannot type into the terminal of its user, through any terminal that it has', {
  skip,
}, () => {
  const inject = `import fcntl, termios
try:
    for c in "echo injected\\n": fcntl.ioctl(0, termios.TIOCSTI, c)
    print("typed")
except OSError as e: print("refused", e.errno)`;
  for (const option of ['--terminal', '--no-terminal']) {
    const { shown } = drive(exec(option, '--', PYTHON, '-c', inject), []);
    assert.match(shown, /refused \d+/, option);
  }
});

test('without a terminal, a program has the streams themselves', { skip }, () => {
  const { shown } = drive(exec('--no-terminal', '--', 'sh', '-c', 'test -t 0 && echo terminal'), []);
  assert.match(shown, /terminal/);
  const piped = drive(['sh', '-c', `${quoted('--', 'sh', '-c', 'test -t 1 || echo piped')} | cat`], []);
  assert.match(piped.shown, /piped/);
});
