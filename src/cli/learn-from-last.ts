import { statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { replaceFile } from '../host/files/replace-file.ts';
import { type Additions, addGrants } from '../learning/add-grants.ts';
import { grantWords, type LearnedGrants, pathRights } from '../learning/grants-text.ts';
import { learnPaths } from '../learning/learn-paths.ts';
import type { HeldBack, LearnedPaths } from '../learning/learned.ts';
import { PathNeeds } from '../learning/path-needs.ts';
import { yamlWord } from '../plan/why/mend.ts';
import { reasonOf } from '../resources/file-kind.ts';
import { printable } from '../text/printable.ts';
import { shellWord } from '../text/shell-word.ts';
import { readTextFile } from './document.ts';
import { type LastRefusals, readRefusals } from './last-refusals.ts';
import { learningContext } from './learned-paths.ts';
import { type ParsedOptions, UsageError } from './options.ts';
import { print, printError } from './output.ts';

/** Nothing but what the last run was refused. */
const NOTHING: LearnedGrants = {
  base: 'minimal',
  paths: [],
  sockets: [],
  hosts: [],
  publish: [],
  loopback: false,
  groups: [],
  tmp: false,
  dev: false,
  proc: false,
};

/** Prints the grants that the last run with refusals lacked, or adds them to a document. */
export function learnFromLast(name: string, given: ParsedOptions): number {
  const last = readRefusals();
  if (last === undefined)
    throw new UsageError(
      'No refusals are kept: run the program with --trace first, which a Linux program needs for its files to be observed',
    );
  const needs = new PathNeeds();
  for (const access of last.accesses) needs.add(access);
  const { grants, sensitive, optional, notes } = learnPaths(
    needs.all(),
    learningContext(last.workingDirectory),
  );
  const paths = grants.map(({ real, note: _, joined: __, ...rest }) => ({ ...rest, path: real, at: real }));
  const additions: Additions = { paths, sockets: last.sockets, hosts: last.hosts };
  const file = given.get('-o') ?? (given.has('--write-document') ? documentOf(last) : undefined);
  if (file === undefined) printAll(last, additions, { sensitive, optional, notes });
  else {
    const left = write(file, additions);
    printError(`${name}: ${addedWords(countOf(additions) - left.length)} ${resolve(file)}`);
    for (const line of [...left, ...[...sensitive, ...optional].map(lineOf), ...last.others, ...notes])
      printError(`Not added: ${line}`);
  }
  return 0;
}

/** Counts grants that were added. */
function addedWords(count: number): string {
  if (count === 0) return 'There is no grant to add to';
  return `Added ${count} ${count === 1 ? 'grant' : 'grants'} to`;
}

function documentOf({ document }: LastRefusals): string {
  if (document !== undefined) return document;
  throw new UsageError('The last run had no document that could be changed; name one with -o FILE');
}

function countOf({ paths, sockets, hosts }: Additions): number {
  return paths.length + sockets.length + hosts.length;
}

function printAll(
  { program, time, others }: LastRefusals,
  { paths, sockets, hosts }: Additions,
  withheld: Pick<LearnedPaths, 'sensitive' | 'optional' | 'notes'>,
): void {
  const words = grantWords({ ...NOTHING, paths, sockets, hosts });
  const yaml = (directory: boolean): readonly string[] =>
    paths
      .filter((one) => one.directory === directory)
      .map(
        (one) =>
          `  ${yamlWord(one.at)}: !file { path: ${yamlWord(one.path)}, rights: [${pathRights(one).join(', ')}] }`,
      );
  const block = (key: string, lines: readonly string[]): readonly string[] =>
    lines.length === 0 ? [] : [key, ...lines];
  print(
    [
      printable(
        `# Refused to ${program} at ${time}. ${words.length === 0 ? 'Nothing that it needs:' : 'As options:'}`,
      ),
      ...words.map((pair) =>
        pair.flatMap((word) => (word === undefined ? [] : [printable(shellWord(word))])).join(' '),
      ),
      ...(words.length === 0 ? [] : ['# As lines of a document:']),
      ...block('directories:', yaml(true)),
      ...block('files:', yaml(false)),
      ...block(
        'sockets:',
        sockets.map((path) => `  - ${yamlWord(path)}`),
      ),
      ...(hosts.length === 0
        ? []
        : [
            'network:',
            ...block(
              '  hosts:',
              hosts.map((rule) => `    - ${JSON.stringify(rule)}`),
            ),
          ]),
      ...withheld.sensitive.map((held) => `# Sensitive: ${lineOf(held)}`),
      ...withheld.optional.map((held) => `# Most likely not needed: ${lineOf(held)}`),
      ...[...others, ...withheld.notes].map((line) => `# ${printable(line)}`),
      '',
    ].join('\n'),
  );
}

function lineOf({ grant, reason }: HeldBack): string {
  return printable(`${grant.real} [${pathRights(grant).join(', ')}]: ${reason}`);
}

/** Replaces a document at once, so that a reader meets the old or the new one. */
function write(file: string, additions: Additions): readonly string[] {
  try {
    const folder = dirname(resolve(file));
    const { text, left } = addGrants(readTextFile(file), additions, (path) => resolve(folder, path));
    replaceFile(file, text, statSync(file).mode & 0o777);
    return left;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const reason = error instanceof RangeError ? error.message : reasonOf(error);
    throw new UsageError(`Cannot add grants to '${file}': ${reason}`);
  }
}
