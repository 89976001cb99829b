// Questions at a real terminal, which Python's pty module makes.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { serve } from '../frame/broker/hosts.ts';
import { atTerminal, PYTHON, type Shown, skip } from '../frame/cli/answering-terminal.ts';
import { executable } from '../frame/cli/commands.ts';
import { makeFolder } from '../frame/programs.ts';

const exec = (...words: string[]): string[] => [executable('cloudabi'), 'exec', ...words];

/** JavaScript that connects three times, one after the other, and prints what each led to. */
const connects = (port: number): string => `
  const one = () => new Promise((resolve) => require('net').connect(${port}, '127.0.0.1')
    .on('data', (data) => resolve(String(data))).on('error', (error) => resolve(error.code)));
  (async () => { for (const name of 'abc') console.log(name + '=' + await one()); })()`;

/** The words of a command whose program connects three times to a service that no rule names. */
async function scene(t: TestContext, ...more: string[]): Promise<{ words: string[]; port: number }> {
  const { port } = await serve(t, (socket) => socket.resume().end('served'));
  const words = exec('--base', 'system', '--net', `192.0.2.1:${port}`, '--ask', ...more, '--');
  return { words: [...words, process.execPath, '-e', connects(port)], port };
}

const count = (shown: string): number => shown.split('asks to connect to 127.0.0.1:').length - 1;

test('--ask asks about connections that no rule allows: once, for the run, or not at all', {
  skip,
}, async (t) => {
  const { words } = await scene(t);
  const granted = await atTerminal(words, ['o\n', 'RUN\n']);
  assert.match(granted.shown, /a=served[\s\S]*b=served[\s\S]*c=served/);
  assert.equal(count(granted.shown), 2);
  assert.match(granted.shown, /This would be granted: localhost:\d+ \(this host\)/);
  for (const no of ['n\n', '\u0003', '\u0004']) {
    const { shown, status } = await atTerminal(words, [no]);
    assert.match(shown, /a=ECONNRESET[\s\S]*c=ECONNRESET/);
    assert.equal(count(shown), 1);
    assert.equal(status, 0, 'a key that breaks off a question ends the program');
  }
});

test('a rule can be kept when the program has ended before the answer', { skip }, async (t) => {
  const { port } = await serve(t, (socket) => socket.resume().end('served'));
  const rules = join(makeFolder(t), 'rules');
  const words = (rule: string): string[] => [
    ...exec('--base', 'system', '--net', rule, '--ask', '--ask-file', rules, '--', process.execPath, '-e'),
    // It has ended when the question is there, and does not try again.
    `require('net').connect(${port}, '127.0.0.1').on('data', (data) => console.log(String(data)))
      .on('error', (error) => { console.log(error.code); setTimeout(() => undefined, 5000); })`,
  ];
  // The port is none of the rule, so that the kernel refuses at once.
  const asked = await atTerminal(words('192.0.2.1:1'), ['', 'a\n']);
  assert.match(asked.shown, /ECONNREFUSED[\s\S]*The program has ended[\s\S]*\[a\]lways from now on/);
  assert.ok(asked.shown.includes(`localhost:${port} was added to ${rules}`), asked.shown);
  const next = await atTerminal(words('192.0.2.1:1'), []);
  assert.match(next.shown, /served/);
  assert.equal(count(next.shown), 0);
});

test('a line that is no answer is asked for again, and denies in the end', { skip }, async (t) => {
  const { words } = await scene(t);
  const again = await atTerminal(words, ['yes\n', 'once run\n', '\u001b]lr\u001b\\\n', 'r\n']);
  assert.match(again.shown, /a=served[\s\S]*c=served/);
  const never = await atTerminal(words, ['1\n', '2\n', '3\n', '4\n', '5\n', 'r\n']);
  assert.match(never.shown, /a=ECONNRESET/);
});

test('keys that were typed before the question are no answer to it', { skip }, async (t) => {
  const { port } = await serve(t, (socket) => socket.resume().end('served'));
  // The program lets the user type, and connects afterwards.
  const folder = makeFolder(t);
  const typed = join(folder, 'typed');
  const source = `console.error('type: [n]o? ');
    const wait = setInterval(() => {
      if (!require('fs').existsSync('${typed}')) return;
      clearInterval(wait);
      ${connects(port)}
    }, 20);`;
  const rule = `192.0.2.1:${port}`;
  const grants = ['--base', 'system', '--read', folder, '--net', rule];
  const words = exec(...grants, '--ask', '--', process.execPath, '-e', source);
  assert.match((await atTerminal(words, ['r\n', 'n\n'], typed)).shown, /a=ECONNRESET/);
  rmSync(typed);
  // With another input, the keys wait in the terminal.
  const script = '"$@" < /dev/null';
  const child = spawn(
    PYTHON,
    [
      'tests/frame/cli/at-terminal.py',
      '["r\\n","n\\n"]',
      'sh',
      '-c',
      script,
      'sh',
      process.execPath,
      ...words,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, TYPED: typed } },
  );
  const { shown }: Shown = JSON.parse(await text(child.stdout));
  assert.match(shown, /a=ECONNRESET/);
});

test('a program whose output alone is at the terminal gets one of its own for a question', {
  skip,
}, async (t) => {
  const { port } = await serve(t, (socket) => socket.resume().end('served'));
  const folder = makeFolder(t);
  const program = join(folder, 'program.cjs');
  writeFileSync(
    program,
    `console.error(['tty', ...['stdin', 'stdout', 'stderr'].map((name) => process[name].isTTY === true)].join(' '));
     process.stdin.on('data', (data) => console.error('in ' + data)); ${connects(port)}`,
  );
  const words = exec('--base', 'system', '--read', folder, '--net', `192.0.2.1:${port}`, '--ask', '--');
  const line = [process.execPath, ...words, process.execPath, program].map((word) => `'${word}'`).join(' ');
  const child = spawn(
    PYTHON,
    ['tests/frame/cli/at-terminal.py', '["r\\n"]', 'sh', '-c', `echo piped | ${line} > ${folder}/out`],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const { shown }: Shown = JSON.parse(await text(child.stdout));
  assert.match(shown, /tty false false true/);
  assert.match(shown, /in piped/);
  assert.equal(readFileSync(join(folder, 'out'), 'utf8'), 'a=served\nb=served\nc=served\n');
});

test('a program in TypeScript is stopped while it is asked about at the terminal that it holds', {
  skip,
}, async (t) => {
  const { port } = await serve(t, (socket) => socket.resume().end('served'));
  const folder = makeFolder(t);
  const program = join(folder, 'program.ts');
  writeFileSync(
    program,
    `import { connect } from 'node:net';
     const one = () => new Promise((resolve) => connect(${port}, '127.0.0.1')
       .on('data', (data: unknown) => resolve(String(data)))
       .on('error', (error: Error & { code?: string }) => resolve(error.code)));
     setInterval(() => process.stdout.write('.'), 1).unref();
     console.log('a=' + await one());`,
  );
  const { shown } = await atTerminal(exec('--net', `192.0.2.1:${port}`, '--ask', '--', program), ['r\n']);
  assert.match(shown, /\[n\]o\? r\r\n[.\r\n]*a=served/, 'the program wrote into the question');
});

/** Python that does all it can to answer a question, while `wish` waits for the answer in `got`. */
const selfAnswering = (
  folder: string,
  wish: string,
): string => `import fcntl, os, socket, sys, termios, threading, time
def answer():
    while True:
        for byte in b'r\\n':
            try: fcntl.ioctl(0, termios.TIOCSTI, bytes([byte]))
            except OSError: pass
        os.write(1, b'r\\n\\x05\\x1b[6n\\x1b[21t')
        for path in '/dev/tty', '/dev/pts/0', '/dev/pts/1':
            try: os.write(os.open(path, os.O_RDWR | os.O_NOCTTY), b'r\\n')
            except OSError: pass
        time.sleep(0.001)
threading.Thread(target=answer, daemon=True).start()
try:
${wish}
except OSError as error: got = str(error.errno)
with open('${folder}/got', 'w') as file: file.write(got)
os._exit(0)`;

/** Questions of each kind: what the program does, and what a yes and a no lead to. */
const wishes = {
  connection: {
    wish: (_: string, port: number) =>
      `    client = socket.socket()\n    client.connect(('127.0.0.1', ${port}))\n    got = client.recv(10).decode()`,
    options: (port: number) => ['--net', `192.0.2.1:${port}`],
    no: '104',
  },
  access: {
    wish: (folder: string) => `    got = open('${folder}/.env').read()`,
    options: () => ['--rule', 'ask read **/.env'],
    no: '13',
  },
} as const;

for (const [kind, { wish, options, no }] of Object.entries(wishes))
  test(`a program cannot answer its own question about ${kind}: not by typing, by writing, or by asking the terminal to repeat itself`, {
    skip,
  }, async (t) => {
    const { port } = await serve(t, (socket) => socket.resume().end('served'));
    const folder = makeFolder(t);
    const program = join(folder, 'program.py');
    writeFileSync(join(folder, '.env'), 'served');
    writeFileSync(program, selfAnswering(folder, wish(folder, port)));
    const words = exec(
      '--base',
      'system',
      '--write',
      folder,
      ...options(port),
      '--ask',
      '--',
      PYTHON,
      program,
    );
    const { shown } = await atTerminal(words, ['n\n']);
    assert.match(shown, /\[n\]o\? n\r\n/, 'something else stands in the answer');
    assert.equal(readFileSync(join(folder, 'got'), 'utf8'), no);
    await atTerminal(words, ['r\n']);
    assert.equal(readFileSync(join(folder, 'got'), 'utf8'), 'served');
  });

test('always: prints the option, or adds the rule to a file that the program cannot change', {
  skip,
}, async (t) => {
  const told = await scene(t);
  const { shown } = await atTerminal(told.words, ['a\n']);
  assert.match(shown, /c=served/);
  assert.ok(shown.includes(`To grant it each time: --net localhost:${told.port}`), shown);
  const rules = join(makeFolder(t), 'rules');
  writeFileSync(rules, '# mine\n192.0.2.1:1');
  const { words, port } = await scene(t, '--ask-file', rules);
  const kept = await atTerminal(words, ['a\n']);
  assert.ok(kept.shown.includes(`localhost:${port} was added to ${rules}`), kept.shown);
  assert.equal(readFileSync(rules, 'utf8'), `# mine\n192.0.2.1:1\nlocalhost:${port}\n`);
  const next = await atTerminal(words, []);
  assert.equal(count(next.shown), 0);
  assert.match(next.shown, /a=served/);
  const own = await scene(t, '--write', join(rules, '..'), '--ask-file', rules);
  const refused = await atTerminal(own.words, []);
  assert.match(refused.shown, /The program may change .*rules/);
  assert.equal(refused.status, 64);
});

test('always: adds the rule to the document that was named, and leaves the rest of it as it is', {
  skip,
}, async (t) => {
  const { port } = await serve(t, (socket) => socket.resume().end('served'));
  const document = join(makeFolder(t), 'grants.yaml');
  const head = `# ours\n!command\nbase: system\nterminal: true\nnetwork:\n  hosts: # these\n    - '192.0.2.1:${port}' # first\n`;
  const tail = `\n  except: []\narguments: ['-e', ${JSON.stringify(connects(port))}]\nstdout: !fd stdout\n`;
  writeFileSync(document, head + tail);
  const words = [executable('cloudabi-run'), '--ask', '--config', document, process.execPath];
  const { shown } = await atTerminal(words, ['a\n']);
  assert.match(shown, /c=served/);
  assert.equal(readFileSync(document, 'utf8'), `${head}    - localhost:${port}\n${tail}`);
});

test('--ask needs a terminal that the program does not hold, and a program with rules of hosts', {
  skip,
}, async () => {
  const without = (words: readonly string[]): string =>
    spawnSync('setsid', ['-w', process.execPath, ...words], { encoding: 'utf8', input: '' }).stderr;
  assert.match(without(exec('--ask', '--', '/bin/true')), /--ask needs a terminal/);
  assert.match(without(exec('--ask', '--network', 'host', '--', '/bin/true')), /or a rule that asks/);
  assert.match(without(exec('--ask', '--', 'examples/hello/hello.wasm')), /--ask is for programs with rules/);
  const { shown, status } = await atTerminal(exec('--ask', '--no-terminal', '--', '/bin/true'), []);
  assert.match(shown, /--ask would ask at the terminal that the program holds as std/);
  assert.equal(status, 64);
});
