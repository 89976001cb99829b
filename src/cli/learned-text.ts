import { isUtf8 } from '../host/files/host-path.ts';
import { type DocumentFrame, documentText, joinedNote, withRemarks } from '../learning/document-text.ts';
import { grantWords, type LearnedGrants, type SeenGrant } from '../learning/grants-text.ts';
import type { LearnedPaths } from '../learning/learned.ts';
import { liesWithin, type PathGrant } from '../learning/path-grants.ts';
import type { PathNeed } from '../learning/path-needs.ts';
import { DEFAULT_PATH } from '../plan/linux/find-program.ts';
import { printCommand } from '../resources/print/print-command.ts';
import type { ObservedRun } from '../run/observing/record.ts';
import { shellWord } from '../text/shell-word.ts';
import { type CallGroup, callGroupNames, callGroups } from '../worlds/call-groups.ts';
import { environmentOptions } from './learn-wide.ts';
import { kindNow, listNames, realOr } from './learned-host.ts';
import { type CheckedGrants, completeGrants } from './learned-links.ts';
import { chooseBase, pathsBeside } from './learned-paths.ts';
import type { Asked } from './learned-plan.ts';
import { ParsedOptions } from './options.ts';
import { ruleOptions } from './rule-options.ts';

/** Everything that a run without confinement has shown. */
export type LearnedRun = {
  readonly run: ObservedRun;
  /** Rules for the hosts that it connected to, and the names that were looked up for these. */
  readonly hosts: ReadonlyMap<string, string | undefined>;
};

/** Groups of system calls that programs try and do without. */
const MENTIONED: ReadonlySet<CallGroup> = new Set(['keyrings', 'performance', 'numa', 'watch_files']);

/** Options for things that are not learnt, which a document has as well. */
const OTHERS = [
  ...[
    '--env-file',
    '--home',
    '--profile',
    '--overlay',
    '--encrypt',
    '--encrypt-key',
    '--ssh-agent',
    '--service',
    '--secret',
    '--publish',
    '--listen',
    '--connect',
  ],
  ...[
    '--bind',
    '--net-except',
    '--net-resolver',
    '--net-limit',
    '--network',
    '--read',
    '--read-data',
    '--write',
  ],
  ...['--write-data', '--socket', ...ruleOptions.map(({ name }) => name)],
];

const STREAMS = ['stdin', 'stdout', 'stderr'] as const;

/** The most lines about one subject. */
const MOST_LINES = 20;

/** Writes the grants of a run as a document, with the same as a command line in a comment. */
export function learnedText({ given: shown, below }: Asked, { run, hosts }: LearnedRun): string {
  const needs = run.paths.all();
  const given = withEnvironment(shown, needs);
  const asked = { given, below };
  const groups = groupsOf(run.calls);
  const network = given.has('--network') || !run.internet ? 'none' : hosts.size > 0 ? 'hosts' : 'loopback';
  const chosen = chooseBase(asked, needs, network);
  const paths = pathsBeside(chosen);
  const nameless = paths.grants
    .filter(({ real }) => !isSayable(real))
    .map(({ real }) => `It used ${real}, which no option and document can name alike: grant its directory`);
  const grants: LearnedGrants = {
    base: chosen.base,
    paths: [
      ...chosen.added.map(neededBy(given)),
      ...paths.grants.filter(({ real }) => isSayable(real)).map((grant) => seenAt(grant, paths.grants)),
    ],
    sockets: [...run.sockets].sort(),
    hosts: network === 'hosts' ? [...hosts.keys()].sort() : [],
    publish: [],
    loopback: network === 'loopback',
    groups: groups.filter((group) => !MENTIONED.has(group)),
    ...chosen.parts,
  };
  const checked = completeGrants(asked, chosen, grants);
  const remarks = {
    head: headOf(given, checked),
    sensitive: paths.sensitive,
    optional: paths.optional,
    notes: [...notesOf(run, paths, groups, checked), ...nameless, ...addressNotes(hosts)],
  };
  if (!OTHERS.some((option) => given.has(option)))
    return documentText(checked.grants, frameOf(given, checked), remarks);
  // The user has asked for more than was learnt.
  const head = [
    ...remarks.head,
    `Relative paths start at the folder of this document: save it in ${process.cwd()}`,
  ];
  return withRemarks(printCommand(checked.command.parts).trimEnd().split('\n'), { ...remarks, head });
}

/** Says of rules with addresses why the name alone does not do. */
function addressNotes(hosts: LearnedRun['hosts']): readonly string[] {
  return [...hosts].flatMap(([rule, name]) =>
    name === undefined || rule.startsWith(`${name}:`)
      ? []
      : [`${rule} is an address of ${name}, and not public: the name alone does not grant it`],
  );
}

/** A directory that the program itself consists of, such as that of a manager of versions. */
function neededBy({ rest: [program] }: ParsedOptions): (path: string) => SeenGrant {
  return (path) => ({
    path,
    at: path,
    directory: kindNow(path) === 'directory',
    write: false,
    execute: true,
    note: `${program} consists of it`,
  });
}

function seenAt({ real, joined, note, ...rest }: PathGrant, all: readonly PathGrant[]): SeenGrant {
  const inner = all.filter((one) => one.real !== real && liesWithin(one.real, real));
  const used = joined && [
    ...joined,
    ...inner.map((one) => one.real.slice(real.length + 1).split('/')[0] ?? ''),
  ];
  const words = used === undefined ? note : joinedNote([...new Set(used)], listNames(real));
  return { ...rest, path: real, at: real, ...(words !== undefined && { note: words }) };
}

/**
 * The variables that the confined program gets: those asked for, its home if it used something there outside of the working directory, and PATH if a
 * program was found by it that a base does not find.
 */
function withEnvironment(given: ParsedOptions, needs: readonly PathNeed[]): ParsedOptions {
  const home = realOr(process.env['HOME'] ?? '/');
  const project = realOr(process.cwd());
  const base = DEFAULT_PATH.split(':');
  const searched = (process.env['PATH'] ?? '').split(':').filter((path) => !base.includes(path));
  const needed = new Map([
    ['HOME', home !== '/' && needs.some(({ real }) => liesWithin(real, home) && !liesWithin(real, project))],
    [
      'PATH',
      needs.some(
        ({ uses, paths }) =>
          uses.has('execute') &&
          [...paths].some((path) => searched.includes(path.slice(0, path.lastIndexOf('/')))),
      ),
    ],
  ]);
  const values = new Map(given.entries());
  const all = environmentOptions(given).filter(
    (text) => given.all('--env').includes(text) || needed.get(text),
  );
  if (all.length > 0) values.set('--env', all);
  return new ParsedOptions(values, given.rest);
}

/** Tells whether an option and a document can name a path: options divide at a colon, documents are UTF-8. */
function isSayable(path: string): boolean {
  return isUtf8(path) && !path.includes(':');
}

function groupsOf(calls: ReadonlySet<string>): readonly CallGroup[] {
  const found = [...calls].flatMap((call) => {
    if (call === 'clone') return ['user_namespaces' as const];
    // Namespaces without mounts are the smaller group, which comes first.
    return callGroupNames.find((group) => callGroups[group].calls.some((one) => one === call)) ?? [];
  });
  return callGroupNames.filter((group) => found.includes(group));
}

function headOf(given: ParsedOptions, { grants, plan }: CheckedGrants): readonly string[] {
  const options = [...given.entries()]
    .filter(([name]) => name !== '-o')
    .flatMap(([name, values]) => (values.length === 0 ? [[name]] : values.map((value) => [name, value])));
  const learnt = grantWords(grants)
    .filter(([name]) => name !== '--base' || !given.has('--base'))
    .map((pair) => pair.filter((word) => word !== undefined));
  const words = [...options, ...learnt].map((pair) => pair.map(shellWord).join(' '));
  const command = given.rest.map(shellWord).join(' ');
  return [
    `Learnt by observing: ${command}`,
    'The same as a command line:',
    ...wrapped([`cloudabi exec`, ...words, `-- ${command}`]),
    `As a document: cloudabi run --config THIS-FILE ${shellWord(plan.program.path)}`,
  ];
}

/** Breaks a command line as a shell allows it. */
function wrapped(words: readonly string[]): readonly string[] {
  const lines: string[] = [];
  let line = ' ';
  for (const word of words) {
    if (line.length > 1 && line.length + word.length > 100) {
      lines.push(`${line} \\`);
      line = '   ';
    }
    line += ` ${word}`;
  }
  return [...lines, line];
}

function frameOf(given: ParsedOptions, { plan }: CheckedGrants): DocumentFrame {
  const { command, linux } = plan;
  const names = new Set(given.all('--env').map((text) => text.split('=')[0]));
  return {
    arguments: given.rest.slice(1),
    environment: [...command.environment].filter(([name]) => names.has(name)),
    streams: STREAMS.filter((name) => !given.has(`--no-${name}`)),
    limits: given.all('--limit').map((text): [string, string] => {
      const equals = text.indexOf('=');
      return [text.slice(0, equals), text.slice(equals + 1)];
    }),
    workingDirectory: linux.workingDirectory === '/' ? undefined : linux.workingDirectory,
    terminal: linux.terminal,
  };
}

function notesOf(
  run: ObservedRun,
  paths: LearnedPaths,
  groups: readonly CallGroup[],
  { lacking, plan }: CheckedGrants,
): readonly string[] {
  const withheld = [...paths.sensitive, ...paths.optional].map(({ grant }) => grant.real);
  const lost = lacking.filter((path) => !withheld.some((real) => liesWithin(realOr(path), real)));
  return [
    ...(run.missing === 0
      ? []
      : [
          run.missing === 1
            ? '1 path was looked for and is not there; nothing is granted for it'
            : `${run.missing} paths were looked for and are not there; nothing is granted for them`,
        ]),
    ...limited(
      paths.looked,
      (path) => `It asked whether ${path} is there, and used nothing in it: not granted`,
    ),
    ...limited([...new Set(lost)], (path) => `Not reached with these grants: ${path}`),
    ...limited(paths.notes, (note) => note),
    ...[...run.listens].map(
      (port) => `It listens on port ${port}: --publish ${port}:${port} lets this host reach it`,
    ),
    ...[...run.abstract].map(
      (name) => `It connected to the abstract socket @${name}, which no grant can give`,
    ),
    ...groups
      .filter((group) => MENTIONED.has(group))
      .map(
        (group) =>
          `It tried calls of the group ${group}, and most likely does without: --allow-calls ${group}`,
      ),
    ...[...run.unreadable].map((path) => `The paths that ${path} named could not be read`),
    ...plan.warnings.map(({ message }) => `Warning: ${message}`),
  ];
}

function limited(all: readonly string[], words: (text: string) => string): readonly string[] {
  const shown = all.slice(0, MOST_LINES).map(words);
  return all.length > MOST_LINES ? [...shown, `… and ${all.length - MOST_LINES} more of this kind`] : shown;
}
