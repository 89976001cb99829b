// git clones from and pushes to a granted server alone: over HTTPS, and over SSH with a key that stays outside.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { freePort } from '../frame/free-port.ts';
import { makeFolder } from '../frame/programs.ts';
import { serveSecurely } from '../frame/real/own-authority.ts';
import { assertRefused, lacks, type Ran, type TestUser, testAsUsers } from '../frame/real/run-as.ts';

const NAME = 'git.example.org';
const OTHER = 'pastebin.example.org';

/** Makes a bare repository with one commit in a folder of the test's own; returns the folder. */
function makeRepository(t: TestContext): string {
  const folder = makeFolder(t);
  const git = (...words: string[]): void => {
    const env = { PATH: process.env['PATH'], HOME: folder, GIT_CONFIG_NOSYSTEM: '1' };
    execFileSync('git', words, { cwd: folder, env, stdio: 'ignore' });
  };
  git('init', '-q', '-b', 'main', 'made');
  const commit = ['-c', 'user.name=a', '-c', 'user.email=a@example.org', 'commit'];
  git('-C', 'made', ...commit, '-q', '--allow-empty', '-m', 'first');
  git('clone', '-q', '--bare', 'made', 'served.git');
  git('-C', 'served.git', 'config', 'http.receivepack', 'true');
  return folder;
}

/** Clones with git, commits and pushes; the words lead to the server. */
function cloneAndPush({ exec }: TestUser, options: readonly string[], url: string): Promise<Ran> {
  const script = `set -e
git clone -q ${url} copy
cd copy
git -c user.name=b -c user.email=b@example.org commit -q --allow-empty -m second
git push -q origin main`;
  return exec(['--write', '.', ...options, '--', 'sh', '-c', script]);
}

function lastCommit(folder: string): string {
  const words = [
    '-c',
    'safe.directory=*',
    '-C',
    join(folder, 'served.git'),
    'log',
    '-1',
    '--format=%s',
    'main',
  ];
  return execFileSync('git', words, { encoding: 'utf8' }).trim();
}

testAsUsers('git clones and pushes over HTTPS, at the granted name alone', lacks('git'), async (t, user) => {
  const folder = makeRepository(t);
  const served = await serveSecurely(t, user, [NAME, OTHER], (request, response) => {
    const [path = '', query = ''] = (request.url ?? '').split('?');
    const backend = spawn('git', ['-c', 'safe.directory=*', 'http-backend'], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: {
        PATH: process.env['PATH'],
        GIT_PROJECT_ROOT: folder,
        GIT_HTTP_EXPORT_ALL: '1',
        REMOTE_USER: 'b',
        REQUEST_METHOD: request.method,
        PATH_INFO: path,
        QUERY_STRING: query,
        CONTENT_TYPE: request.headers['content-type'] ?? '',
        HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
        ...(request.headers['content-length'] && { CONTENT_LENGTH: request.headers['content-length'] }),
      },
    });
    request.pipe(backend.stdin);
    const chunks: Buffer[] = [];
    backend.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    backend.stdout.on('end', () => {
      const whole = Buffer.concat(chunks);
      const end = whole.indexOf('\r\n\r\n');
      const head = whole.toString('latin1', 0, end).split('\r\n');
      const headers = head.map((line): [string, string] => {
        const colon = line.indexOf(':');
        return [line.slice(0, colon), line.slice(colon + 1).trim()];
      });
      const status = Number.parseInt(headers.find(([name]) => name === 'Status')?.[1] ?? '200', 10);
      response.writeHead(status, Object.fromEntries(headers)).end(whole.subarray(end + 4));
    });
  });
  const trust = ['--env', `GIT_SSL_CAINFO=${served.bundle}`, '--env', 'GIT_TERMINAL_PROMPT=0'];
  const options = [...trust, ...served.lead, '--net', `${NAME}:${served.port}`];
  const good = await cloneAndPush(user, options, `https://${NAME}:${served.port}/served.git`);
  assert.equal(good.status, 0, good.stderr);
  assert.equal(lastCommit(folder), 'second');
  const push = `git -C copy push -q https://${OTHER}:${served.port}/served.git main`;
  const bad = await user.exec(['--write', '.', ...options, '--', 'sh', '-c', push]);
  assert.notEqual(bad.status, 0);
  assertRefused(bad, `${OTHER}:443`);
});

/** A server of SSH for the user who runs the tests, and an agent that has the only key for it. */
async function serveSsh(
  t: TestContext,
  { folder, run, give }: TestUser,
): Promise<{ port: number; agent: string }> {
  const own = makeFolder(t);
  const port = await freePort();
  const key = (name: string, at: string): void => {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', join(at, name)]);
    for (const file of [name, `${name}.pub`]) give(join(at, file));
  };
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(own, 'host')]);
  const keys = join(folder, '../keys');
  mkdirSync(keys);
  give(keys);
  key('granted', keys);
  writeFileSync(join(own, 'authorized'), readFileSync(join(keys, 'granted.pub')));
  const settings = [
    ...[
      `Port ${port}`,
      'ListenAddress 127.0.0.1',
      `HostKey ${own}/host`,
      `AuthorizedKeysFile ${own}/authorized`,
    ],
    ...['StrictModes no', 'UsePAM no', 'PidFile none', 'PasswordAuthentication no', 'PermitRootLogin yes'],
  ];
  writeFileSync(join(own, 'config'), `${settings.join('\n')}\n`);
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  const server = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', join(own, 'config')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  t.after(() => server.kill());
  let said = '';
  for await (const chunk of server.stderr) {
    said += String(chunk);
    if (said.includes('Server listening')) break;
  }
  const probe = connect(port, '127.0.0.1');
  await once(probe, 'connect');
  probe.destroy();
  const agent = join(keys, 'agent');
  const started = await run('ssh-agent', ['-a', agent]);
  const pid = Number(/SSH_AGENT_PID=(\d+)/.exec(started.stdout)?.[1]);
  t.after(() => process.kill(pid));
  const added = await run('env', [`SSH_AUTH_SOCK=${agent}`, 'ssh-add', '-q', join(keys, 'granted')]);
  assert.equal(added.status, 0, added.stderr);
  return { port, agent };
}

testAsUsers(
  'git clones and pushes over SSH with a key that stays outside',
  lacks('git', 'ssh', 'ssh-agent', 'sshd'),
  async (t, user) => {
    const folder = makeRepository(t);
    const { port, agent } = await serveSsh(t, user);
    const login = userInfo().username;
    const ssh = `ssh -p ${port} -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR -o BatchMode=yes`;
    const options = (key: readonly string[]): string[] => [
      ...['--env', `GIT_SSH_COMMAND=${ssh}`, '--net', `localhost:${port}`, ...key],
    ];
    const url = `ssh://${login}@localhost${folder}/served.git`;
    const clone = (words: readonly string[]): Promise<Ran> =>
      user.exec([...words, '--', ...['git', 'clone', '-q', url, 'copy']], { SSH_AUTH_SOCK: agent });
    const without = await clone(['--write', '.', ...options([])]);
    assert.notEqual(without.status, 0);
    assert.match(without.stderr, /Permission denied/);
    const signed = options(['--ssh-agent', 'granted']);
    const script = `set -e
git clone -q ${url} copy
cd copy
git -c user.name=b -c user.email=b@example.org commit -q --allow-empty -m second
git push -q origin main`;
    const good = await user.exec(['--write', '.', ...signed, '--', 'sh', '-c', script], {
      SSH_AUTH_SOCK: agent,
    });
    assert.equal(good.status, 0, good.stderr);
    assert.equal(lastCommit(folder), 'second');
    const bad = await user.exec(
      ['--write', '.', ...signed, '--', 'git', 'clone', '-q', `ssh://${login}@${OTHER}/x.git`, 'other'],
      { SSH_AUTH_SOCK: agent },
    );
    assert.notEqual(bad.status, 0);
    assertRefused(bad, `${OTHER}:`);
  },
);
