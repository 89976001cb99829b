// Every page has a test that knows all of its blocks.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { test } from 'node:test';
import { blocksOf } from '../frame/docs/page.ts';

const pages = [
  ...readdirSync('.').filter((name) => name.endsWith('.md')),
  ...readdirSync('docs')
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
  ...readdirSync('examples').map((name) => `examples/${name}/README.md`),
];
const tests = readdirSync('tests/docs')
  .filter((name) => name.endsWith('.test.ts'))
  .map((name) => readFileSync(join('tests/docs', name), 'utf8'));

test('every page with a block of code has a test that leaves none out', () => {
  const held = new Set(
    tests.flatMap((text) =>
      [...text.matchAll(/const (\w+) = new Page\('([^']+)'\)/g)]
        .filter(([, variable]) => text.includes(`\n${variable}.end();`))
        .map(([, , path]) => path),
    ),
  );
  assert.ok(held.size > 20, 'the tests of pages are recognized');
  const free = pages.filter((path) => blocksOf(readFileSync(path, 'utf8')).length > 0 && !held.has(path));
  assert.deepEqual(free, []);
});

/** The anchors of a page's headings, as GitHub makes them, and those it sets itself. */
function anchorsOf(path: string): Set<string> {
  const text = readFileSync(path, 'utf8');
  const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
  return new Set([...headings, ...[...text.matchAll(/<a id="([^"]+)"/g)].map(([, id = '']) => id)]);
}

test('every link of a page leads to a file and a heading that exist', () => {
  for (const path of pages) {
    const text = readFileSync(path, 'utf8').replaceAll(/^( *)```[\s\S]*?^ *```$/gm, '');
    for (const [, to = ''] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:|^<|\.\.\/\.\.\/security/.test(to)) continue;
      const [file = '', anchor] = to.split('#');
      const target = file === '' ? path : normalize(join(dirname(path), file));
      assert.ok(existsSync(target), `${path}: ${to}`);
      if (anchor !== undefined && target !== 'docs/abi-reference.md')
        assert.ok(anchorsOf(target).has(anchor), `${path}: ${to}`);
    }
  }
});
