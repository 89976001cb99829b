import { callCategories, callCategoryTable } from '../policy/call-rule.ts';
import { categories } from '../policy/category.ts';
import { categorySets } from '../policy/category-sets.ts';
import { categoryTable } from '../policy/category-table.ts';
import { demandsOf, notifiedCalls } from './notified-calls.ts';

const HEAD = `# Categories of access

\`\`\`sh
cloudabi exec --base system --write . --rule 'deny(EPERM) change .git/**' -- git status
\`\`\`

Generated from \`src/policy/category-table.ts\` by \`npm run generate\`. Do not edit.

A category is a kind of access. [Rules](rules.md) are about categories, and a refusal names its own. Without rules, grants
decide, and the mechanisms of the last table hold them at no cost. A rule about a category has the supervisor told of
the calls in the first table, and of no others; besides, a rule about anything has it told of \`;
rename\`, \`;
renameat\`,
\`;
renameat2\`, \`;
link\` and \`;
linkat\`, by which a file would get a name that other rules are about.
`;

/** The text of docs/categories.md. */
export function categoriesPage(): string {
  const ruled = categories.filter((category) => categoryTable[category].rules === true);
  const others = categories.filter((category) => !ruled.includes(category));
  const calls = ruled.map((category) => {
    const told = notifiedCalls(demandsOf([category]));
    const moves = category === 'rename' || category === 'link' ? /^$/ : /^(?:rename|link)/;
    const names = told
      .filter(({ call }) => !moves.test(call))
      .map(({ call, unless }) => `\`${call}\`${unless === undefined ? '' : ' (by its flags)'}`);
    const { meaning, openedBy } = categoryTable[category];
    return row([
      `\`${category}\``,
      meaning,
      openedBy === 'any' ? 'every grant' : `\`${openedBy}\``,
      names.join(' '),
    ]);
  });
  const sets = [...categorySets].map(([name, members]) =>
    row([
      `\`${name}\``,
      name === 'all'
        ? 'every category that rules can be about'
        : members.map((one) => `\`${one}\``).join(' '),
    ]),
  );
  return `${HEAD}
| category | it lets a program | opened by | calls that a rule about it has judged |
| --- | --- | --- | --- |
${calls.join('\n')}

Names for several at once:

| name | categories |
| --- | --- |
${sets.join('\n')}

Rules about calls name no path, and a filter of system calls holds them at no cost:

| category | it lets a program | calls |
| --- | --- | --- |
${callCategories.map((name) => row([`\`${name}\``, callCategoryTable[name].meaning, callCategoryTable[name].calls])).join('\n')}

Rules about paths cannot be about these:

| category | it lets a program | instead |
| --- | --- | --- |
${others.map((category) => row([`\`${category}\``, categoryTable[category].meaning, String(categoryTable[category].rules)])).join('\n')}

These have no category, because they are not about a path; a grant or limit decides about each:

| about | decided by | mechanism |
| --- | --- | --- |
${elsewhere.map((cells) => row(cells)).join('\n')}

The mechanisms that hold grants:

| category | mechanism |
| --- | --- |
${categories.map((category) => row([`\`${category}\``, categoryTable[category].wall])).join('\n')}
`;
}

/** Kinds of access without a category: their meaning, the options that decide, and the mechanism. */
const elsewhere: readonly (readonly [about: string, option: string, wall: string])[] = [
  [
    'other processes: signals, debugging, their memory',
    '`--proc`, `--allow-calls debug`',
    'process namespace, seccomp',
  ],
  ['the number of processes and threads', '`--limit processes=`', 'control group'],
  ['memory', '`--limit memory=`', 'control group or limit of each process'],
  [
    'checksums of programs that are started',
    '`--executables`, `cloudabi checksum`',
    'verified copies, noexec mounts, Landlock',
  ],
  ['kinds of programs that are started', '`--refuse`', 'the same'],
  ['owners and modes on the way to such programs', '`--trusted`', 'the same'],
  ['terminals', '`--terminal`', 'terminal of its own, seccomp'],
  ['users and groups', '`--user`, `--show-user`', 'ids of the process, user namespace'],
];

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
