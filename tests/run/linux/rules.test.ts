import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { pattern } from '../../../src/policy/pattern.ts';
import { type CommandOptions, file } from '../../../src/resources/constructors.ts';
import { makeFolder } from '../../frame/programs.ts';
import { glob, hide, rule, ruledShell, runRuled } from '../../frame/run/linux/ruled.ts';

const ENOENT = 2;

/** A project at `/p` that may be written. */
function project(t: TestContext, ...names: string[]): { folder: string; options: CommandOptions } {
  const folder = makeFolder(t);
  for (const name of names) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), `content of ${name}\n`);
  }
  const rights = ['read', 'write', 'create', 'remove', 'execute'] as const;
  return {
    folder,
    options: {
      directories: new Map([['/p', file(folder, { rights: [...rights] })]]),
      workingDirectory: '/p',
    },
  };
}

const envs = [hide(glob`/p/**/.env`)];

test('a program runs under rules as without', async (t) => {
  const { folder, options } = project(t, 'a.txt');
  const script = 'umask 027; cat a.txt; echo new > b.txt; mkdir d; ls; test -f b.txt && echo yes; pwd; id -u';
  const { reason, out, errors } = await ruledShell(script, envs, options);
  assert.equal(errors, '');
  assert.equal(out, `content of a.txt\na.txt\nb.txt\nd\nyes\n/p\n${process.getuid?.()}\n`);
  assert.equal(reason.kind, 'exited');
  const { mode, uid, gid } = statSync(join(folder, 'b.txt'));
  assert.deepEqual([mode & 0o777, uid, gid], [0o640, process.getuid?.(), process.getgid?.()]);
  assert.equal(statSync(join(folder, 'd')).mode & 0o777, 0o750);
});

test('a hidden file is nowhere', async (t) => {
  const { options } = project(t, '.env', 'sub/.env', 'sub/other');
  const script = `
    for f in .env /p/.env sub/.env ./sub/../.env sub//.env /proc/self/cwd/.env; do
      cat $f && echo "READ $f"
      test -e $f && echo "SEEN $f"
    done
    ls -a . sub; echo .e* sub/*`;
  const { out, errors, refused } = await ruledShell(script, envs, options);
  assert.equal(out, '.:\n.\n..\nsub\n\nsub:\n.\n..\nother\n.e* sub/other\n');
  assert.match(errors, /No such file or directory/);
  assert.ok(refused.length > 0);
  const [first] = refused;
  assert.equal(first?.path, '/p/.env');
  assert.equal(first?.errno, ENOENT);
  assert.equal(first?.rule.text, 'hide /p/**/.env');
  assert.match(first?.executable ?? '', /\/cat$/);
});

test('a name that is hidden cannot be made, by any call', async (t) => {
  const { folder, options } = project(t, 'a');
  const script = `
    echo x > .env; mkdir .env; ln -s a .env; ln a .env; mv a .env; cp a .env; mkfifo .env; touch .env
    ls -A`;
  const { out } = await ruledShell(script, envs, options);
  assert.equal(out, 'a\n');
  assert.equal(existsSync(join(folder, '.env')), false);
});

test('a file for appending is written at its end only', async (t) => {
  const { folder, options } = project(t, 'x.log');
  const append = [rule({ kind: 'append' }, glob`/p/**/*.log`)];
  const script = `
    echo one >> x.log; echo two > x.log; echo new > y.log; echo more > y.log
    truncate -s 0 x.log; rm x.log; mv x.log z; mv y.log x.log; ln x.log w; cat x.log y.log
    dd if=/dev/zero of=x.log bs=1 count=1 conv=notrunc seek=0 2>/dev/null`;
  const { out } = await ruledShell(script, append, options);
  assert.equal(out, 'content of x.log\none\ntwo\nnew\nmore\n');
  assert.equal(readFileSync(join(folder, 'x.log'), 'latin1'), 'content of x.log\none\ntwo\n\0');
});

test('opens of pipes that wait hold up no other call, and end with their process', async (t) => {
  const { options } = project(t, 'a.txt');
  const script = `
    mkfifo 1 2 3 4 5 6
    for i in 1 2 3 4 5 6; do (read line < $i; echo "$line" >> lines) & done
    cat a.txt
    for i in 1 2 3 4 5 6; do echo "line $i" > $i; done
    wait; sort lines
    cat 1 & kill $!; wait $!; echo "killed $?"`;
  const { out } = await ruledShell(script, envs, options);
  const lines = [1, 2, 3, 4, 5, 6].map((number) => `line ${number}\n`).join('');
  assert.equal(out, `content of a.txt\n${lines}killed 143\n`);
});

test('a signal with a handler interrupts an open that waits', async (t) => {
  const { options } = project(t);
  const script = `mkfifo ready pipe
    bash -c 'trap "echo caught; exit 0" USR1; echo $$ > ready; read line < pipe' & read id < ready
    kill -USR1 $id; wait`;
  const { out } = await ruledShell(script, envs, options);
  assert.equal(out, 'caught\n');
});

test('the files of /proc are those of the process that opens them', async (t) => {
  const { options } = project(t, '.env', 'a.txt');
  const script = `
    sh -c 'test "$(readlink /proc/self)" = $$ || readlink /proc/self' 
    cat /proc/self/comm /proc/thread-self/comm; cat /dev/fd/3 3< a.txt; readlink /proc/self/fd/4 4< a.txt
    exec 5< .; cat /proc/self/fd/5/.env /dev/fd/5/.env /proc/$$/cwd/.env /proc/self/root/p/.env; cat /proc/self/root/p/a.txt
    for f in environ maps mem fd/0 cwd root exe task/1/mem; do cat /proc/1/$f < /dev/null && echo "read $f"; done`;
  const { out } = await ruledShell(script, envs, options);
  const text = 'content of a.txt\n';
  assert.match(out, new RegExp(`^(?:\\d+\n)?cat\ncat\n${text}/p/a.txt\n${text}$`));
});

test('an object that is no symbolic link is told apart from a missing one', async (t) => {
  const { options } = project(t, 'd/a.txt');
  const script = `ln -s d/a.txt l
    realpath d/../l; readlink l; perl -e 'for (@ARGV) { readlink or print 0 + $!, " " }' d/a.txt d none`;
  const { out, errors } = await ruledShell(script, envs, options);
  assert.equal(errors, '');
  assert.equal(out, '/p/d/a.txt\nd/a.txt\n22 22 2 ');
});

test('a masked file is another one for reading, and cannot be written', async (t) => {
  const { folder, options } = project(t, 'secret', 'other');
  const rules = [
    rule({ kind: 'mask', with: { kind: 'file', path: join(folder, 'other') } }, glob`/p/secret`),
    rule({ kind: 'mask', with: { kind: 'empty' } }, glob`/p/none`),
  ];
  const { out } = await ruledShell(
    'cat secret; wc -c < secret; echo x >> secret; rm secret; echo x > none; ls',
    rules,
    options,
  );
  assert.equal(out, 'content of other\n17\nother\nsecret\n');
});

test('a file or directory does not leave the rules about its name', async (t) => {
  const { options } = project(t, 'secret/a', 'x/.env', 'b');
  const rules = [
    rule({ kind: 'deny', errno: 13 }, glob`/p/secret/*`, ['read']),
    hide(glob`/p/x/.env`),
    rule({ kind: 'deny', errno: 13 }, glob`/p/b`, ['read']),
  ];
  const script = `
    mv secret open; ls open; cat open/a; mv x y; ls -A y; ln b c; mv b c; cat c; ls
    mv --exchange x fresh; mkdir fresh; mv -T fresh x; ls`;
  const { out } = await ruledShell(script, rules, options);
  assert.doesNotMatch(out, /content|\.env/);
});

test('other actions: a note, an error of choice, the end', async (t) => {
  const { options } = project(t, 'noted', 'denied', 'deadly');
  const rules = [
    rule({ kind: 'log' }, glob`/p/noted`, ['read']),
    rule({ kind: 'deny', errno: 5 }, glob`/p/denied`, ['read']),
    rule({ kind: 'kill' }, glob`/p/deadly`, ['read']),
  ];
  const { out, errors, refused } = await ruledShell(
    'cat noted; cat denied; test -e denied && echo there; cat deadly; echo $?',
    rules,
    options,
  );
  assert.equal(out, 'content of noted\nthere\n137\n');
  assert.match(errors, /denied: Input\/output error/);
  assert.deepEqual(
    refused.map(({ action, path, errno, category }) => [action, path, errno, category]),
    [
      ['log', '/p/noted', 0, 'read'],
      ['deny', '/p/denied', 5, 'read'],
      ['kill', '/p/deadly', 0, 'read'],
    ],
  );
});

test('no answer tells whether a hidden name is there', async (t) => {
  const { options } = project(t, '.env', 'a', 'secret/x');
  const rules = [...envs, hide(glob`/p/secret`), hide(glob`/p/lost`)];
  const calls = (name: string): string =>
    `for c in 'cat N' 'echo x > N' 'echo x >> N' 'mkdir N' 'rmdir N' 'rm N' 'ln -s a N' 'ln a N' 'mv -T a N' \
      'mkfifo N' 'cat N/b' 'echo x > N/b' 'mkdir N/b' 'cd N' 'ls N' 'ls -d N/' 'touch N' 'chmod 600 N' \
      'truncate -s 1 N' 'test -e N' 'mv N b' 'ln N b' 'ls -d N/.' 'sh N' 'readlink N' 'cat < N' 'cat <> N'; do
      (eval "$(echo "$c" | sed "s|N|${name}|g")") 2>&1 | sed "s|${name}|N|g; s|line [0-9]*|line|; s|sh: [0-9]*|sh|"; done`;
  const outcome = async (name: string): Promise<string> =>
    (await ruledShell(calls(name), rules, options)).out;
  const absent = await outcome('lost');
  assert.match(absent, /Permission denied/);
  assert.match(absent, /No such file/);
  assert.doesNotMatch(absent, /exists|Not a|Is a/);
  assert.equal(await outcome('secret'), absent);
  assert.equal(await outcome('.env'), absent);
});

test('a person is asked, and other calls go on meanwhile', async (t) => {
  const { options } = project(t, 'a', 'yes', 'no', 'late');
  const ask = [rule({ kind: 'ask' }, glob`/p/{yes,no,late}`, ['read'])];
  const asked: string[] = [];
  let release: (answer: boolean) => void = () => undefined;
  const script = `
    cat yes no
    (for i in 1 2 3 4 5 6 7 8; do cat late > $i & done; wait)
    cat a; cat [1-8] | sort | uniq -c | tr -d ' '`;
  const { out, refused } = await ruledShell(script, ask, options, ({ path, category, executable }) => {
    asked.push(`${category} ${path}`);
    if (!path.endsWith('late')) return executable.endsWith('/cat') && path === '/p/yes';
    return new Promise((resolve) => {
      const before = release;
      release = (answer) => {
        before(answer);
        resolve(answer);
      };
      // All eight wait at once, twice as many as there are threads.
      if (asked.length === 10) release(true);
    });
  });
  assert.deepEqual(asked, ['read /p/yes', 'read /p/no', ...Array<string>(8).fill('read /p/late')]);
  assert.equal(out, 'content of yes\ncontent of a\n8contentoflate\n');
  assert.deepEqual(
    refused.map(({ path, action, errno }) => [path, action, errno]),
    [['/p/no', 'ask', 13]],
  );
});

test('without a person to ask the answer is no, and so does a flood of questions', async (t) => {
  const { options } = project(t, 'asked');
  const ask = [rule({ kind: 'ask' }, glob`/p/asked`, ['read'])];
  const { out } = await ruledShell('cat asked || echo refused', ask, options);
  assert.equal(out, 'refused\n');
  let most = 0;
  let open = 0;
  const flood = 'for i in 0 1 2 3 4 5 6 7 8 9; do for j in 1 2 3; do cat asked & done; done; wait; echo end';
  const { out: last } = await ruledShell(flood, ask, options, async () => {
    most = Math.max(most, ++open);
    await new Promise((resolve) => setTimeout(resolve, 50));
    open--;
    return false;
  });
  assert.equal(last, 'end\n');
  assert.ok(most <= 16, `${most} questions were open`);
});

test('a file that rules hide or do not let start makes no call of its own, also when it is exchanged for another', async (t) => {
  const { folder, options } = project(t);
  const compile = (name: string, text: string, ...words: readonly string[]): void => {
    writeFileSync(join(folder, 'source.c'), text);
    execFileSync('gcc', ['-w', '-pthread', ...words, '-o', join(folder, name), join(folder, 'source.c')]);
  };
  const says = (word: string): string => `int main(void) { return write(1, "${word}", ${word.length}) < 0; }`;
  compile('good', says(''));
  compile('race', readFileSync('tests/run/linux/raced-start.c', 'utf8'));
  for (const link of ['-static', '-dynamic'] as const)
    for (const rules of [[hide(glob`/p/bad`)], [rule({ kind: 'deny', errno: 13 }, glob`/p/bad`, ['exec'])]]) {
      compile('bad', says('BAD'), link);
      const { out, errors, refused } = await runRuled(join(folder, 'race'), rules, {
        base: 'system',
        ...options,
        arguments: ['150'],
      });
      assert.match(out, /^started \d+ killed \d+\n$/, errors);
      assert.ok(refused.some(({ category }) => category === 'exec'));
    }
  // The same file under no rule about it is started.
  const { out } = await runRuled(join(folder, 'race'), envs, {
    base: 'system',
    ...options,
    arguments: ['20'],
  });
  assert.match(out, /BAD/);
});

test('an interpreter that rules do not let start runs no script', async (t) => {
  const { folder, options } = project(t);
  writeFileSync(join(folder, 'script'), '#!/usr/bin/env -S cat /p/script\n', { mode: 0o755 });
  const denied = [rule({ kind: 'deny', errno: 13 }, pattern('/usr/bin/env'), ['exec'])];
  const started = await ruledShell('./script; echo $?', [], options);
  assert.match(started.out, /usr.bin.env/);
  const { out } = await ruledShell('./script; echo $?', denied, options);
  assert.equal(out, '137\n');
});

test('a working directory outside of the root is another than that of the root at its path', async (t) => {
  const { folder, options } = project(t, 'a.txt', 'other/a.txt');
  const directories = new Map([
    ['/p', file(folder)],
    [folder, file(join(folder, 'other'))],
  ]);
  const send = `import os, socket, sys
with socket.socket(socket.AF_UNIX) as listening:
    listening.bind('socket')
    listening.listen()
    print('ready', flush=True)
    for turn in range(2):
        peer, _ = listening.accept()
        socket.send_fds(peer, [b'x'], [os.open('.', os.O_RDONLY)])`;
  const sender = spawn('python3', ['-c', send], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => sender.kill());
  await once(sender.stdout, 'data');
  const enter = `import os, socket, sys
with socket.socket(socket.AF_UNIX) as peer:
    peer.connect('/p/socket')
    _, [folder], _, _ = socket.recv_fds(peer, 1, 1)
if sys.argv[1] == 'fchdir': os.fchdir(folder)
else: os.chdir('/proc/self/fd/%d' % folder)
print(open('a.txt').read().strip(), os.stat('other/a.txt').st_size, os.path.exists('none'))`;
  for (const how of ['fchdir', 'chdir']) {
    const script = `python3 -c "${enter}" ${how}; cd ${folder} && cat a.txt`;
    const { out, errors } = await ruledShell(script, envs, { ...options, directories });
    assert.equal(out, 'content of a.txt 23 False\ncontent of other/a.txt\n', errors);
  }
});

test('an opened file has the flags that its program gave', async (t) => {
  const { options } = project(t, 'a.txt');
  const script = `python3 -c "
import fcntl, os
for flags in 0, os.O_NONBLOCK, os.O_CLOEXEC, os.O_NOFOLLOW, os.O_RDWR | os.O_APPEND:
  for name in 'a.txt', '/p/a.txt':
    found = os.open(name, flags)
    print(fcntl.fcntl(found, fcntl.F_GETFL) & (os.O_NONBLOCK | os.O_APPEND | 3), end=' ')
try: os.open('a.txt', os.O_DIRECTORY)
except NotADirectoryError: print('no directory')
"`;
  const { out, errors } = await ruledShell(script, envs, options);
  assert.equal(out, '0 0 2048 2048 0 0 0 0 1026 1026 no directory\n', errors);
});
