// Looks for prose that reads as a riddle: see CONTRIBUTING.md, "English".
// `node scripts/prose.js [path…]` prints each place and ends with 1 if there is any. `npm run lint` runs it.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { proseOfPage } from './prose/markdown.js';
import { judge } from './prose/rules.js';
import { extensions, proseOf } from './prose/source.js';

/** Paths that are held to it. */
const AREAS = [
  'src',
  'packages',
  'attacks',
  'tests',
  'scripts',
  'bench',
  'fuzz',
  'examples',
  'sdk',
  'docs',
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
];

/** Folders whose strings are messages that a user reads. */
const MESSAGES = /(?:^|\/)(?:src|scripts)\//;

/** Generated files, and pages made from comments that are held to it themselves. */
const GENERATED =
  /(?:^|\/)(?:generated|node_modules)\/|sdk\/assemblyscript\/abi\/|sdk\/c\/include\/cloudabi_|docs\/(?:abi-reference|attacks|calls|categories)\.md/;

/** Strings that are prose: three words, of which one begins the text, so that selectors, paths and code are passed over. */
const SENTENCE = /^[^\w]*[A-Za-z'’]+[^\n]*? [a-z'’]+[ ,][^\n]*[a-z'’]+/;

/**
 * Finds riddles.
 *
 * @returns Lines of the form `file:line: reason`.
 */
export function riddlesIn(files) {
  return files.flatMap((file) => {
    const text = readFileSync(file, 'utf8');
    const pieces = extname(file) === '.md' ? proseOfPage(text) : proseOf(file, text);
    return pieces
      .filter(({ kind, text }) =>
        kind === 'string' ? MESSAGES.test(file) && SENTENCE.test(text) : !text.startsWith('biome-ignore'),
      )
      .flatMap((piece) =>
        judge(piece, (path) => existsFrom(file, path)).map(
          ({ line, reason }) => `${file}:${line}: ${reason}`,
        ),
      );
  });
}

/** Says whether a path exists, from the root, from src/ or from the folder of the file that names it. */
function existsFrom(file, path) {
  return [path, join('src', path), join(dirname(file), path)].some((place) => existsSync(place));
}

/** Source files and pages at paths, without those that are generated. */
export function sourcesIn(paths) {
  return paths
    .flatMap((path) =>
      statSync(path).isDirectory()
        ? readdirSync(path, { recursive: true, encoding: 'utf8' }).map((name) => join(path, name))
        : [path],
    )
    .filter((name) => [...extensions, '.md'].includes(extname(name)) && !GENERATED.test(name));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  process.chdir(dirname(dirname(fileURLToPath(import.meta.url))));
  const paths = process.argv.slice(2);
  const riddles = riddlesIn(sourcesIn(paths.length === 0 ? AREAS : paths));
  for (const riddle of riddles) console.log(riddle);
  process.exitCode = riddles.length === 0 ? 0 : 1;
}
