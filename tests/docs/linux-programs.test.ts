// Every command of docs/linux-programs.md runs as it is written. Programs that are not installed here are played by
// scripts of the same name: what counts is that the grants let them do what the page says.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { executable } from '../cli/commands.ts';
import { makeFolder } from '../run/programs.ts';

const page = readFileSync('docs/linux-programs.md', 'utf8');
const commands = [...page.matchAll(/```sh\n(.*?)```/gs)].map(([, text = '']) => text);

const players: Readonly<Record<string, string>> = {
  npm: 'test -w . && test "$HOME" = /tmp && echo "$@" > installed',
  'typescript-language-server': 'test -r Makefile && ! touch written && echo "$@"',
  ffmpeg: 'while read -r line; do echo "$line"; done < "$2" > "$3"',
  server: 'test -r "$1/index.html" && test "$LISTEN_FDS" = 1 && test "$LISTEN_PID" = $$ && echo serves',
};

function makeProject(t: TestContext): { cwd: string; env: NodeJS.ProcessEnv } {
  const cwd = makeFolder(t);
  const bin = makeFolder(t);
  const script = (path: string, text: string): void =>
    writeFileSync(path, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  script(join(bin, 'cloudabi'), `exec '${process.execPath}' '${executable('cloudabi')}' "$@"`);
  for (const [name, text] of Object.entries(players)) script(join(bin, name), text);
  script(join(cwd, 'server'), players['server'] ?? '');
  mkdirSync(join(cwd, 'out'));
  mkdirSync(join(cwd, 'site'));
  writeFileSync(join(cwd, 'site/index.html'), 'a page');
  writeFileSync(join(cwd, 'upload.mov'), 'a film\n');
  writeFileSync(
    join(cwd, 'Makefile'),
    'test:\n\t@echo built > built; test ! -e /home -a ! -e /root; echo tested\n',
  );
  const yaml = /```yaml\n(.*?)```/s.exec(page)?.[1] ?? '';
  writeFileSync(join(cwd, 'grants.yaml'), yaml);
  return { cwd, env: { PATH: `${bin}:/usr/bin:/bin`, HOME: '/root' } };
}

/** The commands whose text has these words. */
function commandWith(words: string): string {
  const [found, ...more] = commands.filter((text) => text.includes(words));
  assert.ok(found !== undefined && more.length === 0, `one command with ${words}`);
  return found;
}

const cases: readonly (readonly [words: string, out: RegExp, made?: string])[] = [
  ['--write . -- make test', /^tested\n$/, 'built'],
  ['--explain', /At most 1 GiB of memory/],
  ['make -j2 test', /tested/, 'built'],
  ['left-pad', /^$/, 'installed'],
  ['--stdio', /^--stdio\n$/],
  ['-- bash', /^$/],
  ['ffmpeg', /^$/, 'out/video.webm'],
  ['./server', /^serves\n$/],
  ['grants.yaml', /tested/, 'built'],
];

for (const [words, out, made] of cases) {
  test(`the page on Linux programs runs: ${words}`, (t) => {
    const { cwd, env } = makeProject(t);
    const { status, stdout, stderr } = spawnSync('sh', ['-c', commandWith(words)], {
      cwd,
      env,
      encoding: 'utf8',
      input: '',
    });
    assert.equal(status, 0, stderr);
    assert.match(stdout, out);
    if (made !== undefined) assert.ok(existsSync(join(cwd, made)));
  });
}

test('the page on Linux programs runs: --publish', {
  skip: !existsSync('/usr/bin/python3') && 'needs python3',
}, async (t) => {
  const { cwd, env } = makeProject(t);
  const command = commandWith('--publish').replace('8080', '18231');
  const child = spawn('sh', ['-c', `exec ${command.trim()}`], { cwd, env, stdio: 'ignore' });
  t.after(() => child.kill('SIGKILL'));
  const status = await new Promise((resolve, reject) => {
    const attempt = (left: number): void => {
      get({ host: '127.0.0.1', port: 18231, agent: false }, (response) =>
        resolve(response.resume().statusCode),
      ).on('error', (error) => (left === 0 ? reject(error) : setTimeout(() => attempt(left - 1), 100)));
    };
    attempt(100);
  });
  assert.equal(status, 200);
});

test('no command of the page is left out', () => {
  const tested = [...cases.map(([words]) => words), '--publish'];
  for (const text of commands)
    assert.ok(
      tested.some((words) => text.includes(words)),
      text,
    );
});
