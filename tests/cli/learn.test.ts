import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ownResolver } from '../frame/broker/own-resolver.ts';
import { command, executable, type Outcome } from '../frame/cli/commands.ts';
import { makeFolder, setEnvironment } from '../frame/programs.ts';

/** A project of a test, beside a home. */
type Project = {
  readonly folder: string;
  readonly home: string;
  write(name: string, text: string): void;
  /** Learns a command, and gives the document. */
  learn(...words: readonly string[]): string;
  /** Runs a program with the document that was learnt last. */
  run(program: string): Outcome;
};

function makeProject(t: TestContext): Project {
  const room = makeFolder(t);
  const [folder, home] = [join(room, 'project'), join(room, 'home')];
  const document = join(room, 'grants.yaml');
  mkdirSync(folder);
  mkdirSync(home);
  setEnvironment(t, { HOME: home });
  return {
    folder,
    home,
    write: (name, text) => writeFileSync(join(folder, name), text),
    learn: (...words) => {
      const { status, stderr } = command('cloudabi', ['learn', '-o', document, ...words], { cwd: folder });
      assert.equal(status, 0, stderr);
      assert.match(stderr, /This run is NOT confined/);
      return readFileSync(document, 'utf8');
    },
    run: (program) => command('cloudabi', ['run', '--config', document, program], { cwd: folder }),
  };
}

/** The paths that a document grants, with their rights. */
function granted(document: string): readonly string[] {
  const lines = document.split('\n').filter((line) => /^ {2}\S.*!file/.test(line));
  return lines.map((line) => line.replace(/^ {2}(\S+): !file \{ path: (\S+), rights: \[(.*)\] \}$/, '$1 $3'));
}

const has = (program: string): boolean => spawnSync('which', [program]).status === 0;

test('a program that reads one file is granted that file and nothing else', (t) => {
  const { folder, write, learn, run } = makeProject(t);
  write('a.txt', 'first\n');
  write('b.txt', 'second\n');
  const document = learn('--', '/bin/cat', 'a.txt');
  assert.deepEqual(granted(document), [`${folder}/a.txt read`]);
  assert.doesNotMatch(document, /^base:/m);
  assert.equal(run('/bin/cat').stdout, 'first\n');
});

test('the learnt grants do not let the same program read one file more', (t) => {
  const { write, learn, run, folder } = makeProject(t);
  write('a.txt', 'first\n');
  write('b.txt', 'second\n');
  const document = learn('--', '/bin/cat', 'a.txt');
  writeFileSync(join(folder, '..', 'grants.yaml'), document.replace('- "a.txt"', '- "b.txt"'));
  const { status, stdout, stderr } = run('/bin/cat');
  assert.equal(stdout, '');
  assert.match(stderr, /b\.txt: No such file or directory/);
  assert.equal(status, 1);
});

test('the command line in the document grants the same', (t) => {
  const { folder, write, learn } = makeProject(t);
  write('a.txt', 'first\n');
  const document = learn('--', '/bin/cat', 'a.txt');
  // Long lines are continued.
  const [, line = ''] = /^# {3}(cloudabi exec (?:.*\\\n#)*.*)$/m.exec(document) ?? [];
  assert.equal(line.replace(/ \\\n# +/g, ' '), `cloudabi exec --read-data ${folder}/a.txt -- /bin/cat a.txt`);
});

test('a build with make and a compiler learns the project and the base system', {
  skip: !has('gcc'),
}, (t) => {
  const { folder, write, learn, run } = makeProject(t);
  write('Makefile', 'test: hello\n\t./hello\nhello: main.o\n\tgcc -o $@ $^\n%.o: %.c say.h\n\tgcc -c $<\n');
  write('say.h', '#define TEXT "hello"\n');
  write('main.c', '#include <stdio.h>\n#include "say.h"\nint main(void) { puts(TEXT); return 0; }\n');
  const document = learn('--', 'make');
  assert.match(document, /^base: system$/m);
  assert.deepEqual(granted(document), [`${folder} read, write, create, remove, execute`]);
  for (const made of ['hello', 'main.o']) rmSync(join(folder, made));
  const { status, stdout, stderr } = run('/usr/bin/make');
  assert.equal(status, 0, stderr);
  assert.match(stdout, /^hello$/m);
});

test('git learns to read the work tree and to write its own directory', { skip: !has('git') }, (t) => {
  const { folder, write, learn, run } = makeProject(t);
  const git = (...words: readonly string[]): void => {
    assert.equal(spawnSync('git', words, { cwd: folder }).status, 0);
  };
  for (const name of ['one', 'two', 'three', 'four', 'five']) write(name, `${name}\n`);
  git('init', '-q');
  git('config', 'user.email', 'test@example.org');
  git('config', 'user.name', 'test');
  git('add', '.');
  git('commit', '-qm', 'first');
  write('one', 'changed\n');
  const document = learn('--', 'git', 'commit', '-qam', 'second');
  assert.deepEqual(
    granted(document).filter((line) => line.startsWith(folder)),
    [`${folder} read`, `${folder}/.git read, write, create, remove`],
  );
  write('two', 'changed\n');
  const { status, stderr } = run('/usr/bin/git');
  assert.equal(status, 0, stderr);
  assert.equal(
    spawnSync('git', ['rev-list', '--count', 'HEAD'], { cwd: folder, encoding: 'utf8' }).stdout,
    '3\n',
  );
});

test('a shell script with pipes and a file of its own learns both sides', (t) => {
  const { folder, write, learn, run } = makeProject(t);
  write('job.sh', '#!/bin/sh\nset -e\nsort < in.txt | uniq -c | tr -s " " > out.txt\ncat out.txt\n');
  write('in.txt', 'b\na\nb\n');
  const document = learn('--', '/bin/sh', 'job.sh');
  assert.match(document, /^base: system$/m);
  rmSync(join(folder, 'out.txt'));
  const { status, stdout, stderr } = run('/bin/sh');
  assert.equal(status, 0, stderr);
  assert.equal(stdout, ' 1 a\n 2 b\n');
});

test('Python learns its script and the file that it writes', {
  skip: !existsSync('/usr/bin/python3'),
}, (t) => {
  const { folder, write, learn, run } = makeProject(t);
  mkdirSync(join(folder, 'data'));
  write('data/in.json', '{"a": 1}');
  write(
    'job.py',
    'import json\nvalue = json.load(open("data/in.json"))\nopen("data/out.txt", "w").write(str(value["a"]))\n',
  );
  const document = learn('--', '/usr/bin/python3', '-IB', 'job.py');
  assert.deepEqual(granted(document), [
    `${folder}/data read, write, create, remove`,
    `${folder}/job.py read`,
  ]);
  rmSync(join(folder, 'data/out.txt'));
  const { status, stderr } = run('/usr/bin/python3');
  assert.equal(status, 0, stderr);
  assert.equal(readFileSync(join(folder, 'data/out.txt'), 'utf8'), '1');
});

test('a server and a client in one Node learn a loopback of their own', (t) => {
  const { write, learn, run } = makeProject(t);
  write(
    'server.mjs',
    `import { createServer } from 'node:http';
     const server = createServer((_, response) => response.end('answer')).listen(0, '127.0.0.1', async () => {
       const { port } = server.address();
       console.log(await (await fetch('http://127.0.0.1:' + port)).text());
       process.exit();
     });`,
  );
  const document = learn('--', process.execPath, 'server.mjs');
  assert.match(document, /^network: loopback$/m);
  const { status, stdout, stderr } = run(process.execPath);
  assert.equal(status, 0, stderr);
  assert.equal(stdout, 'answer\n');
});

test('a key is not granted, but written as a comment with a reason', (t) => {
  const { home, learn } = makeProject(t);
  mkdirSync(join(home, '.ssh'));
  writeFileSync(join(home, '.ssh/id_ed25519'), 'secret');
  const document = learn('--', '/bin/cat', join(home, '.ssh/id_ed25519'));
  assert.deepEqual(granted(document), []);
  assert.match(document, /^# +\S+\/\.ssh\/id_ed25519: !file .* # keys of SSH/m);
});

test('a directory in which many files are used is granted as a whole, and says which names were not used', (t) => {
  const { folder, write, learn } = makeProject(t);
  mkdirSync(join(folder, 'many'));
  for (const name of ['a', 'b', 'c', 'd', 'e']) write(`many/${name}`, name);
  const document = learn('--', '/bin/cat', ...['a', 'b', 'c', 'd'].map((name) => `many/${name}`));
  assert.deepEqual(granted(document), [`${folder}/many read`]);
  assert.match(document, /4 of 5 names in it were used; not: e/);
});

test('a name that leads through a link of the host is granted at that name', (t) => {
  const { folder, write, learn, run } = makeProject(t);
  mkdirSync(join(folder, 'real'));
  write('real/a.txt', 'behind a link\n');
  symlinkSync('real', join(folder, 'link'));
  learn('--', '/bin/cat', 'link/a.txt');
  assert.equal(run('/bin/cat').stdout, 'behind a link\n');
});

test('a home is not granted because a file was made in it', (t) => {
  const { home, learn, run } = makeProject(t);
  const document = learn('--', '/bin/sh', '-c', 'echo note >> "$HOME/.notes"');
  assert.deepEqual(
    granted(document).filter((line) => line.startsWith(home)),
    [`${home}/.notes read, write`],
  );
  assert.equal(run('/bin/sh').status, 0);
  assert.equal(readFileSync(join(home, '.notes'), 'utf8'), 'note\nnote\n');
});

test('the exit status is that of the program', (t) => {
  const folder = makeFolder(t);
  const { status } = command('cloudabi', ['learn', '--', '/bin/sh', '-c', 'exit 7'], { cwd: folder });
  assert.equal(status, 7);
});

test('programs of other kinds are refused', (t) => {
  const folder = makeFolder(t);
  writeFileSync(join(folder, 'a.mjs'), '');
  const { status, stderr } = command('cloudabi', ['learn', '--', 'a.mjs'], { cwd: folder });
  assert.equal(status, 64, stderr);
  assert.match(stderr, /cloudabi exec --trace/);
});

test('a name with a line end writes nothing into the document', (t) => {
  const { folder, learn } = makeProject(t);
  mkdirSync(join(folder, 'many'));
  const evil = 'x\nnetwork: host\n#';
  for (const name of ['a', 'b', 'c', 'd', evil]) writeFileSync(join(folder, 'many', name), name);
  for (const used of [['a', 'b', 'c', 'd'], [evil]]) {
    const document = learn('--', '/bin/cat', ...used.map((name) => `many/${name}`));
    assert.doesNotMatch(document, /^network/m);
    assert.equal(granted(document).length, used.length > 1 ? 1 : 0, document);
  }
});

test('options for things that are not learnt are kept in the document', (t) => {
  const { folder, write, learn, run } = makeProject(t);
  write('a.txt', 'first\n');
  write('.env', 'SECRET=1\n');
  const document = learn('--hide', '**/.env', '--read-data', folder, '--', '/bin/cat', 'a.txt');
  assert.match(document, /^rules: \["hide \*\*\/\.env"\]$/m);
  assert.match(document, /rights: read/);
  assert.equal(run('/bin/cat').stdout, 'first\n');
});

test('a build of Go learns its caches as a whole, and builds another version with them', {
  skip: !existsSync('/usr/local/go/bin/go'),
}, (t) => {
  const { folder, home, write, learn, run } = makeProject(t);
  setEnvironment(t, { PATH: `/usr/local/go/bin:${process.env['PATH']}`, GOFLAGS: '-mod=mod' });
  write('go.mod', 'module example.org/hello\n\ngo 1.20\n');
  write('main.go', 'package main\n\nfunc main() { println("one") }\n');
  const document = learn('--env', 'CGO_ENABLED=0', '--', 'go', 'build', '-o', 'hello', '.');
  assert.match(document, new RegExp(`^ {2}${home}/.cache/go-build: .*create`, 'm'));
  write('main.go', 'package main\n\nfunc main() { println("two") }\n');
  rmSync(join(folder, 'hello'));
  const { status, stderr } = run('/usr/local/go/bin/go');
  assert.equal(status, 0, stderr);
  assert.match(spawnSync(join(folder, 'hello'), { encoding: 'utf8' }).stderr, /two/);
});

test('npm learns to run the scripts of a project', { skip: !has('npm') }, (t) => {
  const { write, learn, run } = makeProject(t);
  write(
    'package.json',
    JSON.stringify({ name: 'project', version: '1.0.0', scripts: { build: 'node build.js' } }),
  );
  write('build.js', 'require("node:fs").writeFileSync("made.txt", "made"); console.log("built");');
  learn('--', 'npm', 'run', 'build');
  const { status, stdout, stderr } = run(spawnSync('which', ['npm'], { encoding: 'utf8' }).stdout.trim());
  assert.equal(status, 0, stderr);
  assert.match(stdout, /^built$/m);
});

test('a program that connects to a service of the host learns a rule for it', async (t) => {
  const { write, learn, run } = makeProject(t);
  // The server is a process of its own, since this one waits for the program.
  const code = `require('node:net').createServer((socket) => socket.end('welcome'))
    .listen(0, '127.0.0.1', function () { console.log(this.address().port); })`;
  const server = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => server.kill());
  const port = await new Promise<string>((resolve) =>
    server.stdout.once('data', (text) => resolve(String(text).trim())),
  );
  write(
    'client.mjs',
    `import { connect } from 'node:net'; connect(${port}, '127.0.0.1').pipe(process.stdout);`,
  );
  const document = learn('--', process.execPath, 'client.mjs');
  assert.match(document, new RegExp(`^    - "localhost:${port}"$`, 'm'));
  const { status, stdout, stderr } = run(process.execPath);
  assert.equal(status, 0, stderr);
  assert.equal(stdout, 'welcome');
});

test('an address that a name alone does not grant is granted beside it, and says which name it is of', async (t) => {
  const { folder, write } = makeProject(t);
  const server = createServer((socket) => socket.end('welcome'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  const { at } = await ownResolver(t, { 'inside.example.org': [['127.0.0.1']] });
  write(
    'client.mjs',
    `import { connect } from 'node:net'; connect(${address.port}, 'inside.example.org').pipe(process.stdout);`,
  );
  const words = ['learn', '-o', '../grants.yaml', '--net-resolver', at, '--', process.execPath, 'client.mjs'];
  const child = spawn(process.execPath, ['--', executable('cloudabi'), ...words], {
    cwd: folder,
    stdio: 'ignore',
  });
  await once(child, 'exit');
  const document = readFileSync(join(folder, '../grants.yaml'), 'utf8');
  for (const rule of [`inside.example.org:${address.port}`, `localhost:${address.port}`])
    assert.ok(document.includes(`"${rule}"`), document);
  assert.match(document, /^# localhost:\d+ is an address of inside\.example\.org, and not public/m);
});

test('relative paths are followed from the directory that was entered last', (t) => {
  const { folder, learn } = makeProject(t);
  for (const name of ['one', 'two']) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'file'), `${name}\n`);
  }
  const document = learn(
    '--',
    '/bin/sh',
    '-c',
    'cd one; read a < file; cd ../two; read b < file; cd ..; read c < one/file',
  );
  assert.deepEqual(
    granted(document).filter((line) => line.startsWith(folder)),
    [`${folder}/one/file read`, `${folder}/two/file read`],
  );
});
