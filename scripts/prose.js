// Looks for prose that reads as a riddle in comments of source files: see CONTRIBUTING.md, "English".
// `node scripts/prose.js [folder…]` prints each place and ends with 1 if there is any. `npm run lint` runs it.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** Words that a comment must not begin with: it says what a thing is, or does, with a noun or a verb. */
const OPENERS = /^(?:What|Whether|How|Where|Who|Whoever|Whom|Whose|Which|Why|When|Of|By)\b(?!.*\?)/;

/** Actors are nouns: the attacker, the launcher, the user, the kernel. */
const PRONOUNS = /\b(?:whoever|whatever|whichever|somebody|nobody|anybody|everybody|someone|anyone)\b/i;

/** Paths of the source tree, which must exist. */
const PATHS =
  /(?<![\w./-])((?:src|tests|attacks|scripts|docs|spec|sdk|bench|fuzz|examples)\/[\w./-]+\.(?:ts|js|md|c|h|abi))\b/g;

/** The comments of a file: each with its line and its text without stars and slashes. */
function commentsOf(source) {
  const found = [];
  const comments = /\/\*\*?([\s\S]*?)\*\/|(?<=^|[\s;{}(,])\/\/ ?(.*)$/gm;
  for (const match of source.matchAll(comments)) {
    const line = source.slice(0, match.index).split('\n').length;
    const text = (match[1] ?? match[2] ?? '').replace(/^\s*\* ?/gm, '').trim();
    if (text !== '' && !text.startsWith('biome-ignore')) found.push({ line, text });
  }
  return found;
}

/** Sentences that begin a comment or one of its paragraphs or tags. */
function openings(text) {
  return text.split(/\n\s*\n|\n(?=@)/).map((part) => part.replace(/^@(?:param \S+|returns|throws)\s*/, ''));
}

/**
 * Finds what reads as a riddle.
 *
 * @returns Lines of the form `file:line: reason`.
 */
export function riddlesIn(files) {
  return files.flatMap((file) =>
    commentsOf(readFileSync(file, 'utf8')).flatMap(({ line, text }) => {
      const wrong = [];
      for (const opening of openings(text)) {
        const [word] = OPENERS.exec(opening) ?? [];
        if (word !== undefined) wrong.push(`begins with '${word}'`);
      }
      const [pronoun] = PRONOUNS.exec(text) ?? [];
      if (pronoun !== undefined) wrong.push(`'${pronoun}' stands for an actor or a thing`);
      for (const [path] of text.matchAll(PATHS)) if (!existsSync(path)) wrong.push(`${path} does not exist`);
      return wrong.map((reason) => `${file}:${line}: ${reason}`);
    }),
  );
}

/** Source files in folders, without what is generated. */
export function sourcesIn(folders) {
  return folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((name) => join(folder, name))
      .filter((name) => /\.(?:ts|js)$/.test(name) && !/generated|node_modules/.test(name)),
  );
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  process.chdir(dirname(dirname(fileURLToPath(import.meta.url))));
  const folders = process.argv.slice(2);
  const riddles = riddlesIn(sourcesIn(folders.length === 0 ? ['src'] : folders));
  for (const riddle of riddles) console.log(riddle);
  process.exitCode = riddles.length === 0 ? 0 : 1;
}
