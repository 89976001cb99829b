import type { Attempt } from './corpus.ts';
import { type Group, groups, isGroup } from './groups.ts';

/** Path of the page. */
export const PAGE = 'docs/attacks.md';

const INTRODUCTION = `# Attacks

\`\`\`sh
npm run attacks                    # makes every attempt, prints a table, fails when a wall gives way
npm run attacks -- sockets         # those whose name has a word
npm run attacks -- --json          # the results as data
\`\`\`

Each attempt is a small program in \`attacks/corpus\`, in the language of its kind: native code, a script, a
module, a document. It takes one route to something that was not granted; most routes are known from holes in this or
other systems. It must be refused as its file says, and its **twin**, the allowed neighbour of the same route, must
work in the same world: a sandbox that refuses everything would pass no test. Where it is possible and does no harm,
the same file is also run without walls, as the same user, and must succeed there: that proves the attack real.

An onlooker outside watches, too: files that were not granted are unchanged and their bytes nowhere in the output or
in files that the program has written, its neighbours and its launcher live, and no process, mount or control group is left.

Linux programs are tried behind both walls and behind Landlock alone, as root and as an ordinary user
([the security page](security.md) describes the walls).

A new attempt is a file \`corpus/KIND/GROUP-WORDS.LANGUAGE\` that begins with a comment of \`Key: value\` lines:

| key | says |
| --- | --- |
| \`Route\` | the attempt, in one line |
| \`Known from\` | CVE numbers with the product, an interface that is often forgotten, or \`first principles\` |
| \`Grants\` | grants beyond the program's folders; for Linux programs further keys of \`!command\` in braces, where \`$WORK\` and the like stand for paths |
| \`Refused\` | the answers that are refusals: names of errors, words, or an end of the program |
| \`Twin\` | the allowed neighbour |
| \`Unconfined\` | \`works\`, \`works for root\`, or \`cannot run: REASON\` |
| \`Worlds\` | names or first words of the worlds it is tried in; all without it |
| \`Live\` | a rule of hosts that is granted while it runs, and withdrawn when it makes the file \`withdraw\` in \`WORK\` |
| \`Beside\` | an accomplice outside of the walls |

It prints \`attempt: WORD\` and \`twin: WORD\`, where \`ok\` is success; \`corpus/linux/attempt.*\` help with that. Its folders are in
its environment: \`WORK\` is granted with all rights, \`DATA\` for changing, \`READ\` for reading, \`SECRET\` not at all.

This page is generated from the files (\`npm run attacks -- --page\`); a test compares them.
`;

/** Makes the page. */
export function renderPage(corpus: readonly Attempt[]): string {
  const present = Object.keys(groups)
    .filter(isGroup)
    .filter((group) => corpus.some((attempt) => attempt.group === group));
  return [INTRODUCTION, counts(corpus, present), ...present.map((group) => section(corpus, group))].join(
    '\n',
  );
}

/** Columns of the table of counts: kinds of programs, and of Linux programs what holds them. */
const columns: readonly Column[] = [
  {
    title: 'Linux program, both walls',
    has: (attempt) => attempt.kind === 'linux' && isIn(attempt, 'walls'),
  },
  { title: 'Landlock alone', has: (attempt) => attempt.kind === 'linux' && isIn(attempt, 'landlock') },
  { title: 'TypeScript program', has: ({ kind }) => kind === 'node' },
  { title: 'WebAssembly program', has: ({ kind }) => kind === 'wasm' },
  { title: 'CloudABI executable', has: ({ kind }) => kind === 'elf' },
  { title: 'document', has: ({ kind }) => kind === 'config' },
];

type Column = { readonly title: string; readonly has: (attempt: Attempt) => boolean };

function isIn({ worlds }: Attempt, word: string): boolean {
  return worlds === undefined || worlds.some((world) => world === word || world.startsWith(`${word}-`));
}

function counts(corpus: readonly Attempt[], present: readonly Group[]): string {
  const used = columns.filter(({ has }) => corpus.some(has));
  const count = ({ has }: Column, group?: Group): string => {
    const found = corpus.filter((each) => has(each) && (group === undefined || each.group === group));
    return found.length === 0 ? '–' : String(found.length);
  };
  const proven = corpus.filter(({ unconfined }) => unconfined.works).length;
  const rows = present.map((group) => [
    `[${groups[group]}](#${anchor(groups[group])})`,
    ...used.map((column) => count(column, group)),
  ]);
  rows.push(['**in all**', ...used.map((column) => `**${count(column)}**`)]);
  return `## Counts

${corpus.length} attempts, all of which fail behind the walls; ${proven} of them are also run without walls, where they succeed.

${table(['attempts of a', ...used.map(({ title }) => title)], rows)}`;
}

function section(corpus: readonly Attempt[], group: Group): string {
  const rows = corpus
    .filter((attempt) => attempt.group === group)
    .map((attempt) => [
      `[${attempt.name}](../${attempt.path})`,
      alike(attempt.route),
      attempt.knownFrom,
      attempt.refused.map((word) => `\`${word}\``).join(' '),
      attempt.twin,
    ]);
  return `## ${groups[group]}\n\n${table(['attempt', 'route', 'known from', 'met', 'twin'], rows)}`;
}

/** Writes routes alike: files have them with and without a capital letter and a full stop. */
function alike(route: string): string {
  return `${route.charAt(0).toUpperCase()}${route.slice(1)}`.replace(/\.$/, '');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line), ''].join('\n');
}

function anchor(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-');
}
