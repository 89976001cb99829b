// Compilers and the client of Kubernetes are packages that a user installs: what we tell to install must exist, and be
// what was tested.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';

const { satisfies }: { satisfies(version: string, range: string): boolean } = createRequire(import.meta.url)(
  'semver',
);
const manifest: Record<'devDependencies' | 'peerDependencies', Record<string, string>> = JSON.parse(
  readFileSync('package.json', 'utf8'),
);

/** As in `npm install '@yowasp/clang@^22'` and in the manifest of a new project. */
const MENTION = /(@yowasp\/clang|@kubernetes\/client-node|\bassemblyscript)(?:@|'?: ')([\^~<>=]*\d[^'"\s]*)/g;

/** The fewest places that name a version of each: its manifest, messages and pages. */
const PLACES: Readonly<Record<string, number>> = {
  '@kubernetes/client-node': 3,
  '@yowasp/clang': 4,
  assemblyscript: 4,
};

/** Every place where a version of such a package is named. */
function mentions(): { readonly file: string; readonly name: string; readonly range: string }[] {
  const sources = readdirSync('src', { recursive: true, encoding: 'utf8' }).map((name) => join('src', name));
  const pages = readdirSync('docs').map((name) => join('docs', name));
  return [...sources, ...pages, 'README.md']
    .filter((file) => /\.(?:ts|md)$/.test(file))
    .flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(MENTION)].map(([, name = '', range = '']) => ({
        file,
        name,
        range,
      })),
    );
}

test('the range of versions of each peer that we name includes the tested one', () => {
  const named = [
    ...mentions(),
    ...Object.entries(manifest.peerDependencies).map(([name, range]) => ({
      file: 'package.json',
      name,
      range,
    })),
  ];
  for (const { file, name, range } of named) {
    const tested = manifest.devDependencies[name] ?? '';
    assert.ok(satisfies(tested, range), `${file} names ${name}@${range}, and ${tested} is tested`);
  }
  for (const name of Object.keys(manifest.peerDependencies))
    assert.ok(
      named.filter((mention) => mention.name === name).length >= (PLACES[name] ?? Number.POSITIVE_INFINITY),
      `${name} is named in too few places`,
    );
});
