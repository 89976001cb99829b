import assert from 'node:assert/strict';
import {
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { plan } from '../../../src/plan/plan.ts';
import { type CommandOptions, command, file } from '../../../src/resources/constructors.ts';
import { planLinux } from '../../frame/plan/plans.ts';
import { makeFolder } from '../../frame/programs.ts';
import { shell } from '../../frame/run/linux/launching.ts';

const write = (path: string): ReturnType<typeof file> =>
  file(path, { rights: ['read', 'write', 'create', 'remove', 'execute'] });
const read = (path: string): ReturnType<typeof file> => file(path, { rights: ['read'] });

/** A folder with files in it, by their paths. */
function makeProject(t: TestContext, ...files: string[]): string {
  const folder = makeFolder(t);
  for (const path of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), 'as it was\n');
  }
  return folder;
}

/** A project that is granted at `/p` for writing, but for these paths of it. */
function project(folder: string, ...protectedPaths: string[]): CommandOptions {
  const isFile = (path: string): boolean => path.endsWith('.txt');
  const inner = (files: boolean): [string, ReturnType<typeof file>][] =>
    protectedPaths
      .filter((path) => isFile(path) === files)
      .map((path) => [`/p/${path}`, read(join(folder, path))]);
  return {
    directories: new Map([...inner(false), ['/p', write(folder)]]),
    files: new Map(inner(true)),
  };
}

const ROUTES: readonly (readonly [what: string, protectedPath: string, script: string])[] = [
  ['its folder is moved away', 'a/hooks', 'mv /p/a /p/b'],
  ['a folder above is moved away', 'a/b/c/hooks', 'mv /p/a /p/z'],
  ['a folder on the way is moved away', 'a/b/c/hooks', 'mv /p/a/b /p/z'],
  ['it is moved away itself', 'a/hooks', 'mv /p/a/hooks /p/a/other'],
  ['it is moved over', 'a/hooks/in.txt', 'echo new > /p/new.txt; mv /p/new.txt /p/a/hooks/in.txt'],
  ['it is removed', 'a/in.txt', 'rm -f /p/a/in.txt'],
  ['all is removed', 'a/b/hooks', 'rm -rf /p/a'],
  ['it is written to', 'a/in.txt', 'echo bad > /p/a/in.txt'],
  ['it is written beneath', 'a/hooks', 'echo bad > /p/a/hooks/new'],
  ['it is linked', 'a/in.txt', 'ln /p/a/in.txt /p/x && echo bad > /p/x'],
  ['its folder is exchanged', 'a/in.txt', 'mkdir /p/z && mv --exchange /p/a /p/z'],
];

for (const [what, path, script] of ROUTES) {
  test(`a grant within a writable directory stays as it is when ${what}`, async (t) => {
    const inside = path.endsWith('.txt') ? path : `${path}/in.txt`;
    const folder = makeProject(t, inside);
    const { reason } = await shell(script, project(folder, path));
    assert.notDeepEqual(reason.kind === 'exited' && reason.code, 0, script);
    assert.equal(readFileSync(join(folder, inside), 'utf8'), 'as it was\n');
    assert.ok(!existsSync(join(folder, 'a/hooks/new')));
  });
}

test('everything else in the writable directory can be changed, moved and removed', async (t) => {
  const folder = makeProject(t, 'a/b/hooks/in.txt', 'a/b/config', 'c/d/file');
  const script = `cd /p && echo x > a/b/config && echo y > a/new && mv a/b/config a/b/moved && mv c e && mkdir a/b/z
    rm a/new && mv e/d a/b/z/d && cat a/b/hooks/in.txt`;
  const { reason, out, errors } = await shell(`set -e; ${script}`, project(folder, 'a/b/hooks'));
  assert.equal(reason.kind === 'exited' && reason.code, 0, errors);
  assert.equal(out, 'as it was\n');
  assert.ok(existsSync(join(folder, 'a/b/z/d/file')));
});

test('a symbolic link on the way to a grant cannot be replaced', async (t) => {
  const folder = makeProject(t, 'real/hooks/in.txt');
  symlinkSync('real', join(folder, 'link'));
  symlinkSync('real/hooks', join(folder, 'direct'));
  for (const path of ['link/hooks', 'direct']) {
    const name = path.split('/')[0] ?? '';
    const { reason } = await shell(
      `rm /p/${name} || mv /p/${name} /p/x || ln -sfn /p /p/${name}`,
      project(folder, path),
    );
    assert.notEqual(reason.kind === 'exited' && reason.code, 0, path);
    const held = await shell(`cat /p/${path}/in.txt && ! echo x > /p/real/hooks/new`, project(folder, path));
    assert.deepEqual(
      [held.out, held.reason.kind === 'exited' && held.reason.code],
      ['as it was\n', 0],
      held.errors,
    );
  }
});

test('a link that a program has put on the way since the plan was made ends the launch', async (t) => {
  const folder = makeProject(t, 'a/b/hooks/in.txt', 'evil/hooks/in.txt');
  const { launchPlan } = await import('../../../src/run/launch.ts');
  const planned = plan('/bin/true', command({ base: 'system', ...project(folder, 'a/b/hooks') }));
  renameSync(join(folder, 'a/b'), join(folder, 'gone'));
  symlinkSync('../evil', join(folder, 'a/b'));
  const reason = await launchPlan(planned).exited;
  assert.match(reason.kind === 'failed' ? reason.message : reason.kind, /\/p\/a\/b/);
});

test('directories on the way within a private /tmp are held, too', async (t) => {
  const folder = makeProject(t, 'in.txt');
  const { reason } = await shell('mv /tmp/x/y /tmp/x/z', {
    directories: { '/tmp/x/y/z': read(folder) },
  });
  assert.notEqual(reason.kind === 'exited' && reason.code, 0);
});

test('a missing file within a writable directory is refused, with a remedy', (t) => {
  const folder = makeProject(t, 'a/in.txt');
  assert.throws(() => plan('/bin/true', command(project(folder, 'a/hooks'))), {
    code: 'bad_configuration',
    message: /Cannot grant '[^']*a\/hooks': no such file or directory/,
  });
});

test('a hard link made before is another name of the file, which no mount holds', async (t) => {
  const folder = makeProject(t, 'a/in.txt');
  linkSync(join(folder, 'a/in.txt'), join(folder, 'twin'));
  await shell('echo changed > /p/twin', project(folder, 'a/in.txt'));
  // As docs/security.md says.
  assert.equal(readFileSync(join(folder, 'a/in.txt'), 'utf8'), 'changed\n');
});

test('the plan names what is held in its place, and nothing more', (t) => {
  const folder = makeProject(t, 'a/b/hooks/in.txt');
  const pins = planLinux('/bin/true', command(project(folder, 'a/b/hooks'))).linux.entries.filter(
    ({ kind }) => kind === 'pin',
  );
  assert.deepEqual(
    pins?.map(({ at }) => at),
    ['/p/a', '/p/a/b'],
  );
  assert.equal(
    planLinux('/bin/true', command(project(folder))).linux.entries.some(({ kind }) => kind === 'pin'),
    false,
  );
});
