import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type CommandOptions, file } from '../../../src/resources/constructors.ts';
import { makeFolder } from '../../frame/programs.ts';
import { glob, hide, rule, ruledShell } from '../../frame/run/linux/ruled.ts';

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
