// Files that a program names in its image enter its world from few places only, and as images only.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  copyFileSync,
  lstatSync,
  mkdirSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { UngrantedError } from '../../../src/plan/linux/ungranted-error.ts';
import { type CommandOptions, command, file } from '../../../src/resources/constructors.ts';
import { launchPlan } from '../../../src/run/launch.ts';
import { writeImage } from '../../frame/elf/made-image.ts';
import { planLinux } from '../../frame/plan/plans.ts';
import { makeFolder } from '../../frame/programs.ts';

const READ_EXECUTE = { rights: ['read', 'execute'] } as const;
const bases = ['minimal', 'system', 'none'] as const;

/** The host's own loader and an image that needs nothing but it. */
const TRUE = realpathSync('/bin/true');
const loader = /interpreter: (\S+)\]/.exec(
  spawnSync('readelf', ['-l', TRUE], { encoding: 'utf8' }).stdout ?? '',
)?.[1];

type Scene = {
  /** The folder of the program. */
  readonly own: string;
  /** A folder that nothing grants, with a directory, a socket, a pipe, a text and an image in it. */
  readonly outside: string;
};

async function makeScene(t: TestContext): Promise<Scene> {
  const folder = makeFolder(t);
  const [own, outside] = [join(folder, 'own'), join(folder, 'outside')];
  for (const path of [own, outside, join(outside, 'directory')]) mkdirSync(path);
  writeFileSync(join(outside, 'text'), 'secret');
  assert.equal(spawnSync('mkfifo', [join(outside, 'pipe')]).status, 0);
  copyFileSync(TRUE, join(outside, 'image'));
  chmodSync(join(outside, 'image'), 0o700);
  const server = createServer().listen(join(outside, 'socket'));
  t.after(() => server.close());
  await once(server, 'listening');
  return { own, outside };
}

function writeScript(path: string, text: string): string {
  writeFileSync(path, text);
  chmodSync(path, 0o755);
  return path;
}

/** Returns the mounts of a plan from the host, or the reason for having no plan. */
function outcomeOf(program: string, options: CommandOptions): readonly string[] | Error {
  try {
    const entries = planLinux(program, command(options)).linux.entries;
    for (const entry of entries)
      if (entry.kind === 'mount' && ['program', 'library'].includes(entry.why))
        assert.equal(lstatSync(entry.path).isFile(), true, `${entry.path} is mounted as a library`);
    return entries.map((entry) => (entry.kind === 'mount' ? entry.path : entry.at));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code !== 'ERR_ASSERTION') return error;
    throw error;
  }
}

function assertWithheld(program: string, outside: string, options: CommandOptions, what: string): void {
  const outcome = outcomeOf(program, options);
  if (outcome instanceof Error) return;
  for (const path of outcome) assert.ok(!path.startsWith(outside), `${what}: ${path} enters the world`);
}

test('an interpreter that is no image is never mounted, for any program that names it', async (t) => {
  const { own, outside } = await makeScene(t);
  writeImage(join(own, 'env'), {});
  const things = ['directory', 'socket', 'pipe', 'text', 'image', ''].map((name) => join(outside, name));
  for (const thing of [...things, '/dev/null', '/proc/self/mem', '/root', '/etc'])
    for (const base of bases) {
      const decoy = writeImage(join(own, 'decoy'), { interpreter: thing });
      const script = writeScript(join(own, 'script'), '#!./env ./decoy\n');
      const direct = writeScript(join(own, 'direct'), `#!${thing}\n`);
      for (const program of [decoy, script, direct]) assertWithheld(program, outside, { base }, thing);
    }
});

test('a library is an image of this machine from a place of its own', async (t) => {
  const { own, outside } = await makeScene(t);
  for (const name of ['directory', 'socket', 'pipe', 'text', 'image'])
    for (const said of [
      { needed: [join(outside, name)] },
      { needed: [name], runpath: outside },
      { needed: [name], runpath: '$ORIGIN/../outside' },
    ]) {
      const program = writeImage(join(own, 'program'), { interpreter: loader ?? '/no', ...said });
      for (const base of ['minimal', 'system'] as const)
        assertWithheld(program, outside, { base }, `${name} as ${JSON.stringify(said)}`);
    }
});

test('a refused file is named, and a grant of it or of its folder brings it', {
  skip: loader === undefined && 'no readelf here',
}, async (t) => {
  const { own, outside } = await makeScene(t);
  const image = join(outside, 'image');
  const program = writeImage(join(own, 'program'), { interpreter: loader ?? '', needed: [image] });
  assert.throws(
    () => planLinux(program, command()),
    (error: unknown) => {
      assert.ok(error instanceof UngrantedError);
      const start = `Cannot run '${program}': it needs '${image}', which lies neither in the folder of the program (${own}) nor in a directory of the system; grant it`;
      assert.equal(error.message, `${start} in 'files' with the rights [read, execute]`);
      return true;
    },
  );
  const byFile = planLinux(program, command({ files: { [image]: file(image, READ_EXECUTE) } }));
  assert.ok(byFile.linux.entries.some(({ at }) => at === image));
  planLinux(program, command({ directories: { [outside]: file(outside, READ_EXECUTE) } }));
  // The right to read alone does not let it be executed as a library.
  const data = file(outside, { rights: ['read'] });
  assert.throws(() => planLinux(program, command({ directories: { '/elsewhere': data } })), UngrantedError);
  // Beside the program, nothing has to be granted.
  copyFileSync(image, join(own, 'image'));
  const beside = writeImage(join(own, 'beside'), { interpreter: loader ?? '', needed: [join(own, 'image')] });
  assert.ok(planLinux(beside, command()).linux.entries.some(({ at }) => at === join(own, 'image')));
});

test('libraries beside the folder of programs belong to them', {
  skip: loader === undefined && 'no readelf here',
}, (t) => {
  const folder = makeFolder(t);
  for (const name of ['bin', 'lib', 'share']) mkdirSync(join(folder, name));
  for (const name of ['lib', 'share']) copyFileSync(TRUE, join(folder, name, 'image'));
  const needing = (runpath: string): string =>
    writeImage(join(folder, 'bin/program'), { interpreter: loader ?? '', needed: ['image'], runpath });
  const { linux } = planLinux(needing('$ORIGIN/../lib'), command());
  assert.ok(linux.entries.some(({ at }) => at === join(folder, 'lib/image')));
  assert.throws(() => planLinux(needing('$ORIGIN/../share'), command()), UngrantedError);
});

test('links on the way lie in the same places, but those that the user named', {
  skip: loader === undefined && 'no readelf here',
}, async (t) => {
  const { own, outside } = await makeScene(t);
  // To the system's image through a link that nothing grants.
  symlinkSync(TRUE, join(outside, 'link'));
  const script = writeScript(join(own, 'script'), `#!${join(outside, 'link')}\n`);
  assert.throws(() => planLinux(script, command()), UngrantedError);
  planLinux(
    script,
    command({ files: { [join(outside, 'link')]: file(join(outside, 'link'), READ_EXECUTE) } }),
  );
  // The program itself as a link: to the system's, and to what only a grant brings.
  symlinkSync(TRUE, join(own, 'mine'));
  planLinux(join(own, 'mine'), command());
  symlinkSync(join(outside, 'image'), join(own, 'planted'));
  for (const base of ['minimal', 'system'] as const) {
    assert.throws(() => planLinux(join(own, 'planted'), command({ base })), UngrantedError, base);
    const planted = writeScript(join(own, 'by-link'), `#!${join(own, 'planted')}\n`);
    assert.throws(() => planLinux(planted, command({ base })), UngrantedError, base);
  }
});

test('only the env of the host is read as env', (t) => {
  const folder = makeFolder(t);
  writeImage(join(folder, 'env'), {});
  writeImage(join(folder, 'other'), {});
  const places = (line: string): readonly string[] => {
    const made = planLinux(
      writeScript(join(folder, 'script'), line),
      command({ environment: { PATH: folder } }),
    );
    return made.linux.entries.map(({ at }) => at);
  };
  assert.ok(!places(`#!${folder}/env ${folder}/other\n`).includes(join(folder, 'other')));
  assert.ok(!places(`#!${folder}/env other\n`).includes(join(folder, 'other')));
  assert.ok(places('#!/usr/bin/env other\n').includes(join(folder, 'other')));
  symlinkSync(realpathSync('/usr/bin/env'), join(folder, 'link'));
  renameSync(join(folder, 'link'), join(folder, 'env'));
  assert.ok(places(`#!${folder}/env other\n`).includes(join(folder, 'other')));
});

test('a library that is replaced between the plan and the launch is refused', async (t) => {
  const { own, outside } = await makeScene(t);
  const library = join(own, 'libplanted.so');
  copyFileSync(TRUE, library);
  const program = writeImage(join(own, 'program'), { interpreter: loader ?? '/no', needed: [library] });
  for (const replace of [
    () => symlinkSync(join(outside, 'text'), library),
    () => symlinkSync(join(outside, 'directory'), library),
    () => writeFileSync(library, 'other'),
  ]) {
    rmSync(library);
    copyFileSync(TRUE, library);
    const made = planLinux(program, command());
    rmSync(library);
    replace();
    assert.throws(
      () => launchPlan(made),
      /libplanted\.so'(?: was replaced or changed after|: was a file when) it (?:had been|was) checked/,
    );
  }
});

test('the judged file is the mounted one, however often it is exchanged meanwhile', {
  skip: spawnSync('python3', ['--version']).status !== 0 && 'no python3 here',
}, async (t) => {
  const { own, outside } = await makeScene(t);
  const library = join(own, 'lib/libraced.so');
  mkdirSync(join(own, 'lib'));
  copyFileSync(TRUE, library);
  mkdirSync(join(outside, 'lib'));
  copyFileSync(TRUE, join(outside, 'lib/libraced.so'));
  const { ino } = lstatSync(join(outside, 'lib/libraced.so'), { bigint: true });
  const program = writeImage(join(own, 'program'), { interpreter: loader ?? '/no', needed: [library] });
  // The folder of the library and a link to one that was not granted trade places.
  symlinkSync(join(outside, 'lib'), join(own, 'link'));
  const racer = spawn(
    'python3',
    [
      '-c',
      'import os, sys\nprint("racing", flush=True)\nwhile os.getppid() == int(sys.argv[1]):\n' +
        '  for _ in range(1000):\n' +
        '    os.rename("lib", "a"); os.rename("link", "lib"); os.rename("lib", "link"); os.rename("a", "lib")',
      `${process.pid}`,
    ],
    { cwd: own, stdio: ['ignore', 'pipe', 'ignore'] },
  );
  await once(racer.stdout, 'data');
  const ended = once(racer, 'exit');
  let planned = 0;
  let refused = 0;
  try {
    for (let round = 0; round < 400; round++) {
      try {
        for (const entry of planLinux(program, command()).linux.entries) {
          if (entry.kind !== 'mount' || entry.file === undefined) continue;
          assert.notEqual(entry.file.inode, ino, 'the image outside was judged to be the library');
        }
        planned++;
      } catch (error) {
        assert.ok(error instanceof UngrantedError, String(error));
        refused++;
      }
    }
  } finally {
    racer.kill('SIGKILL');
    await ended;
  }
  assert.ok(planned + refused === 400 && planned > 0, `${planned} planned, ${refused} refused`);
});

test('finding libraries has a budget', { skip: loader === undefined && 'no readelf here' }, (t) => {
  const folder = makeFolder(t);
  mkdirSync(join(folder, 'lib'));
  copyFileSync(TRUE, join(folder, 'lib/x'));
  const needed = Array.from({ length: 1000 }, (_, index) => `lib${index}.so`);
  for (const said of [
    { needed, runpath: Array.from({ length: 32_000 }, () => 'a').join(':') },
    { needed, runpath: Array.from({ length: 1000 }, (_, index) => `$ORIGIN/${index}`).join(':') },
    { needed, runpath: '$ORIGIN/$LIB/$PLATFORM:'.repeat(900) },
    { needed, runpath: '$ORIGIN'.repeat(9000) },
    { needed: needed.map((name) => name.padEnd(4000, 'x')), runpath: '' },
    // The same file by long ways, a step at a time.
    {
      needed: needed.map((_, index) => `$ORIGIN/${'lib/../'.repeat(550)}lib${'/'.repeat(1 + (index % 30))}x`),
    },
    { needed, runpath: `${`${'lib/../'.repeat(100)}lib`.replace(/^/, '$ORIGIN/')}:`.repeat(80) },
    { needed: Array.from({ length: 2000 }, (_, index) => `lib${index}.so`) },
  ]) {
    const program = writeImage(join(folder, 'program'), { interpreter: loader ?? '', ...said });
    const before = process.cpuUsage();
    try {
      planLinux(program, command());
    } catch (error) {
      assert.ok(error instanceof Error && 'code' in error && error.code === 'not_a_program', String(error));
    }
    const { user, system } = process.cpuUsage(before);
    assert.ok(user + system < 2_000_000, `${(user + system) / 1000} ms of processor time`);
    unlinkSync(program);
  }
});
