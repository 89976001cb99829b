import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Rule } from '../../../src/policy/rule.ts';
import { type CommandOptions, file } from '../../../src/resources/constructors.ts';
import { makeFolder } from '../../frame/programs.ts';
import { glob, hide, rule, ruledShell } from '../../frame/run/linux/ruled.ts';

/** A project at `/p` that may be written. */
function project(t: TestContext, ...names: string[]): { folder: string; options: CommandOptions } {
  const folder = makeFolder(t);
  for (const name of names) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), `content of ${name}\n`);
  }
  const rights = ['read', 'write', 'create', 'remove', 'execute'] as const;
  const directories = new Map([['/p', file(folder, { rights: [...rights] })]]);
  return { folder, options: { directories, workingDirectory: '/p' } };
}

const byMounts = (pattern: Parameters<typeof hide>[0]): Rule => ({ ...hide(pattern), by: 'mounts' });

test('a file that mounts hide is nowhere, and all others are as they were', async (t) => {
  const { folder, options } = project(t, '.env', 'sub/.env', 'sub/other', 'keys/a/b', 'sample.env');
  symlinkSync('sub/other', join(folder, 'link.env'));
  symlinkSync('sub/other', join(folder, 'link'));
  writeFileSync(Buffer.from(`${folder}/\xff.env`, 'latin1'), 'x');
  const rules = [
    rule({ kind: 'allow' }, glob`/p/sample.env`),
    byMounts(glob`/p/**/*.env`),
    byMounts(glob`/p/keys`),
  ];
  const script = `
    for f in .env /p/.env sub/../sub/.env /proc/self/cwd/.env link.env keys keys/a keys/a/b $(printf '\\377').env; do
      cat "$f" && echo "READ $f"
      test -e "$f" && echo "SEEN $f"
      test -h "$f" && echo "LINK $f"
      (cd "$f") && echo "ENTERED $f"
    done
    ls -A . sub; cat sample.env link`;
  const { out, errors } = await ruledShell(script, rules, options);
  assert.equal(
    out,
    '.:\nlink\nsample.env\nsub\n\nsub:\nother\ncontent of sample.env\ncontent of sub/other\n',
    errors,
  );
  assert.doesNotMatch(errors, /ermission/);
});

test('a name that mounts hide cannot be made, also where nothing was, and what is hidden cannot be moved', async (t) => {
  const { folder, options } = project(t, '.env', 'sub/other');
  const script = `
    for n in .env sub/.env; do
      echo x > $n; echo x >> $n; mkdir $n; mkfifo $n; ln -s sub/other $n; ln sub/other $n; cp sub/other $n
      mv sub/other $n; rm -f $n
    done
    mkdir new && echo x > new/.env; ln -s .env to; echo x > to; mv .env elsewhere; ls -A . sub new; cat .env`;
  const { out } = await ruledShell(script, [byMounts(glob`/p/**/.env`)], options);
  assert.equal(out, '.:\nnew\nsub\nto\n\nnew:\n\nsub:\nother\n');
  for (const name of ['sub/.env', 'new/.env', 'elsewhere']) assert.ok(!existsSync(join(folder, name)), name);
});

test('granted files and directories of their own are hidden, too, and others within are searched as granted', async (t) => {
  const { folder, options } = project(t, 'a/.env', 'b/.env', 'file.env');
  const directories = new Map([
    ['/p', file(join(folder, 'a'))],
    ['/p/within', file(join(folder, 'b'))],
  ]);
  mkdirSync(join(folder, 'a/within'));
  const files = new Map([['/q/file.env', file(join(folder, 'file.env'))]]);
  const rules = [byMounts(glob`/p/**/.env`), byMounts(glob`/q/*.env`)];
  const script = 'cat .env; cat within/.env; cat /q/file.env; echo end';
  const { out } = await ruledShell(script, rules, { ...options, directories, files });
  assert.equal(out, 'end\n');
});

test('a start is refused when more matches than can be covered', async (t) => {
  const { folder, options } = project(t);
  mkdirSync(join(folder, 'many'));
  for (let index = 0; index < 1000; index++) writeFileSync(join(folder, `many/${index}.env`), '');
  const rules = [byMounts(glob`/p/**/*.env`)];
  const { out } = await ruledShell('ls many; cat many/999.env || echo hidden', rules, options);
  assert.equal(out, 'hidden\n');
  writeFileSync(join(folder, 'one.env'), '');
  await assert.rejects(
    ruledShell('true', rules, options),
    /more than 1000 files .* match; leave 'by mounts' out/,
  );
});

test('a start is refused where a directory cannot be listed', {
  skip: process.getuid?.() === 0 && 'root lists every directory',
}, async (t) => {
  const { folder, options } = project(t, 'closed/.env');
  chmodSync(join(folder, 'closed'), 0o311);
  const started = ruledShell('true', [byMounts(glob`/p/**/.env`)], options);
  await assert
    .rejects(started, /\/p\/closed cannot be listed/)
    .finally(() => chmodSync(join(folder, 'closed'), 0o755));
});
