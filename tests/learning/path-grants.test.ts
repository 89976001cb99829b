import assert from 'node:assert/strict';
import { test } from 'node:test';
import { joinGrants, type PathGrant } from '../../src/learning/path-grants.ts';

const read = (real: string, more: Partial<PathGrant> = {}): PathGrant => ({
  real,
  directory: false,
  write: false,
  execute: false,
  ...more,
});
const write = (real: string): PathGrant => read(real, { directory: true, write: true });
const isBroad = (real: string): boolean => ['/', '/home', '/home/u'].includes(real);
const names = (grants: readonly PathGrant[]): readonly string[] =>
  grants
    .map(({ real, write: writes, execute }) => `${real}${writes ? ' w' : ''}${execute ? ' x' : ''}`)
    .sort();

test('few files of a directory stay single', () => {
  assert.deepEqual(names(joinGrants([read('/p/a'), read('/p/b'), read('/p/c')], isBroad)), [
    '/p/a',
    '/p/b',
    '/p/c',
  ]);
});

test('many files of a directory become the directory, which names those that were used', () => {
  const [joined, ...more] = joinGrants(
    ['a', 'b', 'c', 'd'].map((name) => read(`/p/${name}`)),
    isBroad,
  );
  assert.deepEqual(more, []);
  assert.deepEqual([joined?.real, joined?.joined], ['/p', ['a', 'b', 'c', 'd']]);
});

test('a broad directory is never joined', () => {
  const files = ['a', 'b', 'c', 'd', 'e'].map((name) => read(`/home/u/${name}`));
  assert.equal(joinGrants(files, isBroad).length, 5);
});

test('many grants deep beneath a directory become the nearest directory that holds them all', () => {
  const files = Array.from({ length: 9 }, (_, index) => read(`/p/node_modules/m${index}/index.js`));
  assert.deepEqual(names(joinGrants(files, isBroad)), ['/p/node_modules']);
});

test('reading many files does not make them writable because one directory beneath is written', () => {
  const grants = [...['a', 'b', 'c', 'd'].map((name) => read(`/p/${name}`)), write('/p/out')];
  assert.deepEqual(names(joinGrants(grants, isBroad)), ['/p', '/p/out w']);
});

test('the right to start one file is not given to its whole directory', () => {
  const grants = [read('/p', { directory: true }), read('/p/tool', { execute: true })];
  assert.deepEqual(names(joinGrants(grants, isBroad)), ['/p', '/p/tool x']);
});

test('no grant is lost: each is included in what is left', () => {
  let seed = 7;
  const random = (below: number): number => {
    seed = (seed * 48271) % 2147483647;
    return seed % below;
  };
  for (let round = 0; round < 300; round++) {
    const grants = Array.from({ length: 1 + random(40) }, () => {
      const steps = Array.from({ length: 1 + random(4) }, () => 'abcde'.charAt(random(5)));
      return read(`/${steps.join('/')}`, {
        directory: true,
        write: random(3) === 0,
        execute: random(4) === 0,
      });
    });
    const left = joinGrants(grants, isBroad);
    for (const grant of grants)
      for (const right of ['write', 'execute'] as const) {
        const covers = left.some(
          (one) =>
            (grant.real === one.real || grant.real.startsWith(`${one.real}/`)) &&
            (one[right] || !grant[right]),
        );
        assert.ok(covers, `${JSON.stringify(grant)} by ${JSON.stringify(left)}`);
      }
  }
});
