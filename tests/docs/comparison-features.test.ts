// The table of features in docs/comparison.md: each claim about a tool that is installed is tried here, or carries the
// mark of facts that are known from documentation alone.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type Desk, install, makeDesk } from '../frame/docs/shell.ts';
import { makeFolder } from '../frame/programs.ts';

const page = readFileSync('docs/comparison.md', 'utf8');

/** Marks of a claim that is not tried: from documentation, and nothing of the kind in documentation. */
const UNTRIED = /°|^–$/;

/** A call that exploits of the kernel like (userfaultfd(2)). */
const USERFAULTFD = process.arch === 'arm64' ? 282 : 323;

const ROOT = 'bwrap --ro-bind / / --proc /proc --dev /dev';
const USR =
  'bwrap --ro-bind /usr /usr --symlink usr/bin /bin --symlink usr/lib /lib --symlink usr/lib64 /lib64';
const JAIL = 'firejail --quiet --noprofile';
const SRT = 'srt --settings srt.json';
const PYTHON_SOCKET = (family: string): string =>
  `/usr/bin/python3 -c 'import socket; socket.socket(socket.${family})'`;

/** Commands that succeed because a claim is true; `$SECRET` is a file elsewhere, `here` one of this directory. */
const claims: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  bubblewrap: {
    'without options': `! bwrap /usr/bin/true && ${ROOT} true`,
    'set-user-id helper': '! test -u "$(command -v bwrap)"',
    'libraries of a program':
      '! bwrap --ro-bind /usr/bin/true /true /true && bwrap --ro-bind /usr/lib /lib --ro-bind /usr/lib64 /lib64 --ro-bind /usr/bin/true /true /true',
    'directory read-only': `! ${ROOT} touch here && ${ROOT} cat here`,
    'directory to write': `${ROOT} --bind . "$PWD" touch here`,
    'files elsewhere do not exist': `! ${USR} test -e "$SECRET" && ${ROOT} test -e "$SECRET"`,
    'no network': `${ROOT} --unshare-net sh -c 'test "$(grep -c : /proc/net/dev)" = 1'`,
    'sockets handed over': `exec 7< here; ${ROOT} test -e /proc/self/fd/7`,
    'descriptors kept back': `exec 7< here; ${ROOT} test -e /proc/self/fd/7`,
    environment: `TOKEN=1 ${ROOT} --clearenv --setenv PATH /usr/bin sh -c 'test -z "$TOKEN"'`,
    'terminal of its own': `${ROOT} --new-session sh -c '! test -e /dev/tty || ! echo > /dev/tty'`,
    "the host's kernel is met by": `${ROOT} grep -q 'Seccomp:.0' /proc/self/status`,
  },
  firejail: {
    'without options': 'firejail --quiet cat /etc/passwd',
    'set-user-id helper': 'test -u "$(command -v firejail)"',
    'directory read-only': `! ${JAIL} --read-only="$PWD" touch here && ${JAIL} touch here`,
    'directory to write': `${JAIL} --whitelist="$PWD" touch here`,
    'nothing in it can be started': `cp /usr/bin/true true; ! ${JAIL} --noexec="$PWD" ./true && ${JAIL} ./true`,
    'files elsewhere do not exist': `! ${JAIL} --whitelist="$PWD" --private-tmp test -e "$SECRET" && ${JAIL} test -e "$SECRET"`,
    'no network': `${JAIL} --net=none sh -c 'test "$(grep -c : /proc/net/dev)" = 1'`,
    'sockets handed over': `exec 7< here; ${JAIL} --keep-fd=7 test -e /proc/self/fd/7`,
    'descriptors kept back': `exec 7< here; ! ${JAIL} test -e /proc/self/fd/7`,
    environment: `TOKEN=1 ${JAIL} --rmenv=TOKEN sh -c 'test -z "$TOKEN"' && TOKEN=1 ${JAIL} sh -c 'test -n "$TOKEN"'`,
    limits: `${JAIL} --rlimit-as=1024000000 sh -c 'test "$(ulimit -v)" = 1000000' && ! ${JAIL} --timeout=00:00:01 sleep 600`,
    'the limit hit is named': `! ${JAIL} --timeout=00:00:01 sleep 600 2> said; ! grep -i timeout said`,
    'what would be granted': 'firejail --noprofile --debug true 2>&1 | grep -qi mount',
    "the host's kernel is met by": `${JAIL} --seccomp sh -c 'grep -q "Seccomp:.2" /proc/self/status && ! perl -e "exit(syscall(${USERFAULTFD}, 1) < 0)"'`,
  },
  'sandbox-runtime (srt)': {
    'without options': 'srt cat "$SECRET" here && ! srt touch here',
    'set-user-id helper':
      '! test -u "$(readlink -f "$(command -v srt)")" && srt -c "cat /proc/1/comm" | grep -q bwrap',
    'libraries of a program': 'srt true',
    'directory read-only': `! ${SRT} touch "$SECRET" && ${SRT} cat "$SECRET"`,
    'directory to write': `${SRT} touch here`,
    'files elsewhere do not exist': `${SRT} test -e "$SECRET"`,
    'second wall behind the first': `! ${SRT} -c "${PYTHON_SOCKET('AF_UNIX')}" && ${SRT} -c "${PYTHON_SOCKET('AF_INET')}"`,
    'no network': `${SRT} -c 'test "$(grep -c : /proc/net/dev)" = 1'`,
    'descriptors kept back': `exec 7< here; ! ${SRT} test -e /proc/self/fd/7`,
    environment: `TOKEN=1 ${SRT} -c 'test -n "$TOKEN"'`,
    'what would be granted': `${SRT} --debug true 2>&1 | grep -q bwrap`,
    'API ([above](#linux-programs-make-test-with-the-systems-files-this-directory-and-no-network))':
      'node -e "import(\'@anthropic-ai/sandbox-runtime\')"',
    "the host's kernel is met by": `${SRT} -c 'grep -q "Seccomp:.2" /proc/self/status && perl -e "exit(syscall(${USERFAULTFD}, 1) < 0)"'`,
  },
};

/** Commands that say whether a tool works here. */
const trials: Readonly<Record<string, string>> = {
  bubblewrap: 'bwrap --ro-bind / / --unshare-all true',
  firejail: 'firejail --quiet --noprofile --net=none true',
  'sandbox-runtime (srt)': 'srt --settings srt.json true',
};

/** Rows of a table of the page by its first head: the claims by tool. */
function table(head: string): Map<string, Map<string, string>> {
  const lines = page.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
  const at = lines.findIndex((cells) => cells[1] === head);
  const [tools = []] = lines.slice(at, at + 1);
  const rest = lines.slice(at + 2);
  const rows = rest.slice(
    0,
    rest.findIndex((cells) => cells.length < 3),
  );
  return new Map(
    rows.map((cells) => [cells[1] ?? '', new Map(cells.map((cell, index) => [tools[index] ?? '', cell]))]),
  );
}

test('each claim about an installed tool in the table of features is tried, or is marked', () => {
  const features = table('feature');
  assert.ok(features.size > 20);
  for (const [tool, tried] of Object.entries(claims)) {
    const wanted = [...features].filter(([, claims]) => !UNTRIED.test(claims.get(tool) ?? '°'));
    assert.deepEqual(Object.keys(tried).sort(), wanted.map(([row]) => row).sort(), tool);
  }
});

/** A directory with the tools in PATH, a file of its own and one elsewhere. */
function makeProject(t: TestContext): Desk {
  const secret = join(makeFolder(t), 'secret');
  writeFileSync(secret, 'secret\n');
  const filesystem = { denyRead: [], allowWrite: ['.'], denyWrite: [] };
  const settings = JSON.stringify({ network: { allowedDomains: [], deniedDomains: [] }, filesystem });
  const desk = makeDesk(t, { here: '', 'srt.json': settings });
  install(desk.cwd);
  const peers = resolve('bench/peers/node_modules');
  if (existsSync(join(peers, '@anthropic-ai')))
    symlinkSync(join(peers, '@anthropic-ai'), join(desk.cwd, 'node_modules/@anthropic-ai'));
  desk.env['PATH'] = `${desk.env['PATH']}:${join(peers, '.bin')}`;
  desk.env['SECRET'] = secret;
  return desk;
}

/** srt gives its look for its tools a second, in which a busy machine may not find them: runs commands until it has. */
function runPatiently(desk: Desk, commands: string): ReturnType<Desk['run']> {
  for (let attempt = 0; ; attempt++) {
    const result = desk.run(commands);
    if (attempt === 9 || !result.stderr.includes('Sandbox dependencies not available')) return result;
  }
}

/** Says whether a tool works here. */
function works(desk: Desk, tool: string): boolean {
  return runPatiently(desk, `${trials[tool]} > /dev/null`).status === 0;
}

for (const [tool, tried] of Object.entries(claims))
  test(`the claims of docs/comparison.md about ${tool} are true here`, (t) => {
    const desk = makeProject(t);
    if (!works(desk, tool)) return t.skip(`${tool} is not installed or does not work here`);
    for (const [claim, commands] of Object.entries(tried)) {
      const { status, stderr } = runPatiently(desk, commands);
      assert.equal(status, 0, `${claim}: ${commands}\n${stderr}`);
    }
  });

test('a program of srt goes on when its caller is killed, and one of ours does not', (t) => {
  assert.match(page, /^\| when the caller ends +\| the program does, too +\| it goes on +\|/m);
  const desk = makeProject(t);
  if (!works(desk, 'sandbox-runtime (srt)')) return t.skip('srt is not installed or does not work here');
  const loop = (name: string): string => `while test -e go; do echo >> ${name}; sleep 0.1; done`;
  writeFileSync(
    join(desk.cwd, 'theirs.mjs'),
    `import { readFileSync } from 'node:fs';
    import { spawn } from 'node:child_process';
    import { SandboxManager } from '@anthropic-ai/sandbox-runtime';
    const config = JSON.parse(readFileSync('srt.json', 'utf8'));
    // It looks for its tools within a second, in which a busy machine may not find them.
    for (let attempt = 0; ; attempt++)
      try { await SandboxManager.initialize(config); break; } catch (error) { if (attempt === 9) throw error; }
    spawn(await SandboxManager.wrapWithSandbox('${loop('theirs')}'), { shell: true, stdio: 'ignore' });`,
  );
  writeFileSync(
    join(desk.cwd, 'ours.mjs'),
    `import { command, fd, file, launch } from 'cloudabi';
    const here = process.cwd();
    const directories = { [here]: file(here, { rights: ['read', 'write', 'create', 'remove'] }) };
    const start = { base: 'system', arguments: ['-c', '${loop('ours')}'], directories, workingDirectory: here };
    await launch('/bin/sh', command({ ...start, stdout: fd('stdout') })).exited;`,
  );
  // Theirs writes again after its caller has ended; the pipe of ours is closed by its last process.
  const { status, stderr } = desk.run(`
    touch go
    node theirs.mjs & caller=$!
    until test -s theirs; do kill -0 $caller; sleep 0.1; done
    kill -9 $caller; wait $caller || true
    rm theirs; until test -s theirs; do sleep 0.1; done
    { node ours.mjs & echo $! > caller; wait; } | cat &
    until test -s caller; do sleep 0.1; done
    until test -s ours; do kill -0 $(cat caller); sleep 0.1; done
    kill -9 $(cat caller); wait
    rm go`);
  assert.equal(status, 0, stderr);
});
