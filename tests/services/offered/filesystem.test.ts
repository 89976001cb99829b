import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { textOf } from '../../../src/host/files/host-path.ts';
import { pattern } from '../../../src/policy/pattern.ts';
import { PatternSet } from '../../../src/policy/pattern-set.ts';
import { coversLimits, type SomeLimits } from '../../../src/services/limit.ts';
import { filesystemService } from '../../../src/services/offered/filesystem.ts';
import { Passed } from '../../../src/services/wire.ts';
import fc from '../../frame/properties.ts';
import { noHost } from '../../frame/services/no-host.ts';

type Handlers = ReturnType<typeof filesystemService.start>;
type Left = Parameters<typeof filesystemService.start>[1];

function makeTree(context: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'filesystem-'));
  context.after(() => rmSync(directory, { recursive: true }));
  for (const name of ['src/a/b', 'docs', 'secret/.git'])
    mkdirSync(join(directory, name), { recursive: true });
  for (const name of [
    'src/one.ts',
    'src/a/two.ts',
    'src/a/b/three.ts',
    'src/a/x.md',
    'docs/d.md',
    'secret/key',
    'top',
  ])
    writeFileSync(join(directory, name), name);
  return directory;
}

function serve(context: TestContext, directory: string): Handlers {
  const limits: Left = { directory, commands: undefined, paths: undefined, except: undefined };
  const held = filesystemService.prepare(limits);
  context.after(() => closeSync(held.descriptors['directory'] ?? -1));
  return filesystemService.start(held, limits, noHost);
}

function within(limits: { readonly paths?: readonly string[]; readonly except?: readonly string[] }): {
  limits: Left;
  state: null;
  signal: AbortSignal;
} {
  const set = (texts?: readonly string[]): PatternSet | undefined =>
    texts && new PatternSet(texts.map(pattern));
  return {
    limits: { directory: '', commands: undefined, paths: set(limits.paths), except: set(limits.except) },
    state: null,
    signal: new AbortController().signal,
  };
}

async function walk(handlers: Handlers, limits: Parameters<typeof within>[0], most = 500): Promise<string[]> {
  const found: string[] = [];
  for (let after: string | null = ''; after !== null; ) {
    const part: Awaited<ReturnType<Handlers['walk']>> = await handlers.walk({ after, most }, within(limits));
    assert.ok(part.entries.length <= most);
    found.push(...part.entries.map(({ path }) => path));
    after = part.next;
  }
  return found;
}

async function open(
  handlers: Handlers,
  path: string,
  limits: Parameters<typeof within>[0] = {},
): Promise<string> {
  const passed = await handlers.open({ path }, within(limits));
  assert.ok(passed instanceof Passed);
  const text = readFileSync(passed.descriptor, 'utf8');
  assert.throws(() => writeSync(passed.descriptor, 'x'), { code: 'EBADF' }, 'the descriptor is read-only');
  closeSync(passed.descriptor);
  return text;
}

test('a tree is walked in parts of any size, within patterns', async (context) => {
  const handlers = serve(context, makeTree(context));
  const all = [
    'docs/d.md',
    'secret/key',
    'src/a/b/three.ts',
    'src/a/two.ts',
    'src/a/x.md',
    'src/one.ts',
    'top',
  ];
  for (const most of [1, 2, 3, 500]) assert.deepEqual(await walk(handlers, {}, most), all);
  for (const most of [1, 500]) {
    assert.deepEqual(await walk(handlers, { paths: ['**/*.md'] }, most), ['docs/d.md', 'src/a/x.md']);
    assert.deepEqual(await walk(handlers, { except: ['secret', 'src/a'] }, most), [
      'docs/d.md',
      'src/one.ts',
      'top',
    ]);
  }
});

test('a file within the patterns is opened for reading, and no other', async (context) => {
  const directory = makeTree(context);
  const handlers = serve(context, directory);
  const limits = { paths: ['src/**', 'link', 'out', 'pipe'], except: ['src/a/b'] };
  assert.equal(await open(handlers, 'src/one.ts', limits), 'src/one.ts');
  assert.equal(await open(handlers, 'src/a/x.md', limits), 'src/a/x.md');
  symlinkSync('secret/key', join(directory, 'link'));
  symlinkSync('/etc', join(directory, 'out'));
  symlinkSync('../secret', join(directory, 'src/up'));
  spawnSync('mkfifo', [join(directory, 'pipe')]);
  for (const [path, code] of [
    ['secret/key', 'ENOENT'],
    ['src/a/b/three.ts', 'ENOENT'],
    ['src/../secret/key', 'EINVAL'],
    ['src//one.ts', 'EINVAL'],
    ['/etc/passwd', 'EINVAL'],
    ['./src/one.ts', 'EINVAL'],
    ['src/one.ts/', 'EINVAL'],
    ['link', 'EACCES'],
    ['out/passwd', 'ENOENT'],
    ['src/up/key', 'ENOTDIR'],
    ['src/a', 'EISDIR'],
    ['pipe', 'EACCES'],
    ['src/none', 'ENOENT'],
    ['src/one.ts/x', 'ENOTDIR'],
  ] as const)
    await assert.rejects(async () => open(handlers, path, limits), { code }, path);
});

test('nothing tells whether a hidden path exists', async (context) => {
  const handlers = serve(context, makeTree(context));
  const limits = within({ paths: ['src/*.ts'] });
  for (const call of ['open', 'status'] as const) {
    const errors = ['secret/key', 'secret/none', 'docs', 'none'].map((path) => {
      try {
        return handlers[call]({ path }, limits);
      } catch (error) {
        return String(error);
      }
    });
    assert.equal(new Set(errors).size, 1, `${errors}`);
  }
  const listed = await handlers.list({ path: '', after: '', most: 10 }, limits);
  assert.deepEqual(
    listed.entries.map(({ path }) => path),
    ['src'],
  );
  assert.throws(() => handlers.list({ path: 'docs', after: '', most: 10 }, limits), { code: 'ENOENT' });
  assert.equal((await handlers.status({ path: 'src' }, limits)).kind, 'directory');
});

test('a directory is listed in parts, with names that are not UTF-8', async (context) => {
  const directory = makeTree(context);
  writeFileSync(Buffer.concat([Buffer.from(join(directory, 'docs/')), Buffer.of(0xff, 0x41)]), 'bytes');
  const handlers = serve(context, directory);
  const name = `docs/${textOf(Uint8Array.of(0xff, 0x41))}`;
  const one = await handlers.list({ path: 'docs', after: '', most: 1 }, within({}));
  assert.deepEqual(
    one.entries.map(({ path, kind, size }) => [path, kind, size]),
    [['docs/d.md', 'file', 9]],
  );
  const two = await handlers.list({ path: 'docs', after: one.next ?? '', most: 1 }, within({}));
  assert.deepEqual(
    two.entries.map(({ path }) => path),
    [name],
  );
  assert.equal(two.next, null);
  assert.equal(await open(handlers, name), 'bytes');
});

test('a call that the channel does not answer is refused', (context) => {
  const handlers = serve(context, makeTree(context));
  const channel = within({});
  const limits = { ...channel.limits, commands: ['walk' as const] };
  assert.throws(() => handlers.open({ path: 'top' }, { ...channel, limits }), { code: 'ENOTCAPABLE' });
  assert.ok(handlers.walk({ after: '', most: 1 }, { ...channel, limits }));
});

test('limits that are covered show nothing that the wider ones hide', async (context) => {
  const handlers = serve(context, makeTree(context));
  const patterns = fc.option(
    fc.subarray(
      ['**', 'src/**', 'src/*', '**/*.md', 'docs/d.md', 'top', '*', 'src/a', 'src/a/**', '{src,docs}/*'],
      {
        minLength: 1,
        maxLength: 3,
      },
    ),
    { nil: undefined },
  );
  const limits = fc.record({ paths: patterns, except: patterns });
  let pairs = 0;
  await fc.assert(
    fc.asyncProperty(limits, limits, async (one, other) => {
      const outer = within(withoutUndefined(one)).limits;
      const inner = within(withoutUndefined(other)).limits;
      if (!coversLimits(filesystemService.limits, asSome(outer), asSome(inner))) return;
      pairs++;
      const wide = new Set(await walk(handlers, withoutUndefined(one)));
      for (const path of await walk(handlers, withoutUndefined(other))) assert.ok(wide.has(path), path);
    }),
    { numRuns: 400 },
  );
  assert.ok(pairs > 30, `${pairs} pairs`);
});

function asSome(limits: Left): SomeLimits {
  return { ...limits };
}

function withoutUndefined(limits: {
  readonly paths: readonly string[] | undefined;
  readonly except: readonly string[] | undefined;
}): Parameters<typeof within>[0] {
  const { paths, except } = limits;
  return { ...(paths && { paths }), ...(except && { except }) };
}
