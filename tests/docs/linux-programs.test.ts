// Every command of docs/linux-programs.md runs as it is written. Programs that are not installed here are played by
// scripts of the same name: what counts is that the grants let them do what the page says.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';
import { withheld } from '../../src/worlds/answers.ts';
import { Page } from '../frame/docs/page.ts';
import { type Desk, forThisHost, makeDesk } from '../frame/docs/shell.ts';
import { freePort } from '../frame/free-port.ts';

const page = new Page('docs/linux-programs.md');
const grants = page.block('yaml', /working_directory/);
const narrow = page.block('yaml', /fd_read/);

const players: Readonly<Record<string, string>> = {
  npm: 'test -w . && test "$HOME" = /tmp && echo "$@" > installed',
  'typescript-language-server': 'test -r Makefile && ! touch written && echo "$@"',
  agent: `
    for way in 'mv .git aside' 'rm -rf .git/hooks' 'touch .git/hooks/post-checkout' 'cp Makefile .git/config' 'rm -f .git/config'; do
      $way 2>/dev/null && echo "went $way"
    done
    echo fixed > Makefile; touch .git/index`,
  ffmpeg: 'while read -r line; do echo "$line"; done < "$2" > "$3"',
  server: 'test -r "$1/index.html" && test "$LISTEN_FDS" = 1 && test "$LISTEN_PID" = $$ && echo serves',
};

function makeProject(t: TestContext): Desk {
  const files = {
    'out/unused': '',
    '.git/config': '[core]\n',
    'site/index.html': 'a page',
    'upload.mov': 'a film\n',
    'grants.yaml': forThisHost(grants),
    Makefile: 'test:\n\t@echo built > built; test ! -e /home -a ! -e /root; echo tested\n',
  };
  const desk = makeDesk(t, files, players);
  writeFileSync(join(desk.cwd, 'server'), `#!/bin/sh\n${players['server']}\n`, { mode: 0o755 });
  return desk;
}

const cases: readonly (readonly [words: string, out: RegExp, made?: string])[] = [
  ['--write . -- make test', /^tested\n$/, 'built'],
  ['--explain', /At most 1 GiB of (data )?memory/],
  ['make -j2 test', /tested/, 'built'],
  ['left-pad', /^$/, 'installed'],
  ['--stdio', /^--stdio\n$/],
  ['-- bash', /^$/],
  ['agent', /^$/, '.git/index'],
  ['ffmpeg', /^$/, 'out/video.webm'],
  ['\\./server', /^serves\n$/],
  ['grants\\.yaml', /tested/, 'built'],
];

for (const [words, out, made] of cases) {
  const commands = page.block('sh', new RegExp(words));
  test(`the page on Linux programs runs: ${words}`, (t) => {
    const { cwd, run } = makeProject(t);
    // A port that another process of this host holds is not the test's business.
    const { status, stdout, stderr } = run(commands.replace(':8080', ':0'));
    assert.equal(status, 0, stderr);
    assert.match(stdout, out);
    if (made !== undefined) assert.ok(existsSync(join(cwd, made)));
  });
}

const publishing = page.block('sh', /--publish/);
test('the page on Linux programs runs: --publish', {
  skip: !existsSync('/usr/bin/python3') && 'needs python3',
}, async (t) => {
  const { cwd, env } = makeProject(t);
  const port = await freePort();
  const command = publishing.replace('8080', `${port}`);
  const child = spawn('sh', ['-c', `exec ${command.trim()}`], { cwd, env, stdio: 'ignore' });
  t.after(() => child.kill('SIGKILL'));
  const status = await new Promise((resolve, reject) => {
    const attempt = (left: number): void => {
      get({ host: '127.0.0.1', port, agent: false }, (response) => resolve(response.resume().statusCode)).on(
        'error',
        (error) => (left === 0 ? reject(error) : setTimeout(() => attempt(left - 1), 100)),
      );
    };
    attempt(2000);
  });
  assert.equal(status, 200);
});

test('the page says what each withheld call answers, and why', () => {
  const text = readFileSync('docs/linux-programs.md', 'utf8');
  for (const { answer, calls, reason } of withheld) {
    const row = `| \`${answer}\` | ${calls.map((call) => `\`${call}\``).join(' ')} | ${reason} |`;
    assert.ok(text.includes(row), `It should have the row: ${row}`);
  }
});

page.end();

test('a descriptor with the right to read alone reads, and does not seek', (t) => {
  const { cwd } = makeProject(t);
  writeFileSync(join(cwd, 'data'), 'hello, world');
  writeFileSync(join(cwd, 'narrow.yaml'), narrow);
  const program = '/usr/bin/python3';
  if (!existsSync(program)) return t.skip('there is no python3');
  const command = [resolve('dist/bin/cloudabi-run.js'), '--config', 'narrow.yaml', program];
  const { stdout, stderr } = spawnSync(process.execPath, command, { cwd, encoding: 'utf8' });
  assert.equal(stdout, "b'hello'\n", stderr);
  assert.match(stderr, /PermissionError: \[Errno 1\]/);
});
