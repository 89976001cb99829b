import { printable } from '../text/printable.ts';
import { type LearnedGrants, pathRights, type SeenGrant } from './grants-text.ts';
import type { HeldBack } from './learned.ts';

/** The parts of a document that do not come from observation: its program, and what the user has asked for. */
export type DocumentFrame = {
  readonly arguments: readonly string[];
  readonly environment: readonly (readonly [name: string, value: string])[];
  readonly streams: readonly ('stdin' | 'stdout' | 'stderr')[];
  readonly limits: readonly (readonly [name: string, value: string])[];
  readonly workingDirectory: string | undefined;
  readonly terminal: boolean;
};

/** Things that a document says in comments. */
export type DocumentRemarks = {
  /** Lines at the top. */
  readonly head: readonly string[];
  readonly sensitive: readonly HeldBack[];
  readonly optional: readonly HeldBack[];
  /** Lines at the end. */
  readonly notes: readonly string[];
};

/** The most names that a comment lists. */
const MOST_NAMES = 8;

/** Writes the document of `cloudabi run` for learnt grants, with everything that was left out in comments. */
export function documentText(grants: LearnedGrants, frame: DocumentFrame, remarks: DocumentRemarks): string {
  return withRemarks(bodyLines(grants, frame), remarks);
}

/** Puts remarks around the lines of a document, as comments. */
export function withRemarks(body: readonly string[], remarks: DocumentRemarks): string {
  const lines = [
    ...remarks.head.map(comment),
    ...body,
    ...withheldLines(
      'Sensitive: used, and not granted. Move a line up only if the program shall have it',
      remarks.sensitive,
    ),
    ...withheldLines('Optional: used, and most likely not needed', remarks.optional),
    ...(remarks.notes.length === 0 ? [] : ['#', ...remarks.notes.map(comment)]),
  ];
  return `${lines.join('\n')}\n`;
}

function bodyLines(grants: LearnedGrants, frame: DocumentFrame): readonly string[] {
  const directories = grants.paths.filter(({ directory }) => directory);
  const files = grants.paths.filter(({ directory }) => !directory);
  return [
    '%TAG ! tag:nuxi.nl,2015:cloudabi/',
    '---',
    '!command',
    ...(grants.base === 'minimal' ? [] : [`base: ${grants.base}`]),
    ...(frame.arguments.length === 0
      ? []
      : ['arguments:', ...frame.arguments.map((word) => `  - ${quoted(word)}`)]),
    ...mapLines(
      'environment',
      frame.environment.map(([name, value]) => [name, quoted(value)]),
    ),
    ...frame.streams.map((name) => `${name}: !fd ${name}`),
    ...pathLines('directories', directories),
    ...pathLines('files', files),
    ...(grants.sockets.length === 0
      ? []
      : ['sockets:', ...grants.sockets.map((path) => `  - ${yaml(path)}`)]),
    ...networkLines(grants),
    ...(frame.workingDirectory === undefined ? [] : [`working_directory: ${yaml(frame.workingDirectory)}`]),
    ...(['tmp', 'dev', 'proc'] as const).filter((name) => grants[name]).map((name) => `${name}: true`),
    ...(frame.terminal ? ['terminal: true'] : []),
    ...(grants.groups.length === 0 ? [] : [`system_calls: [${grants.groups.join(', ')}]`]),
    ...mapLines('limits', frame.limits),
  ];
}

function comment(text: string): string {
  // Names of files are in it, which may hold line ends.
  return text === '' ? '#' : `# ${printable(text)}`;
}

function mapLines(
  key: string,
  pairs: readonly (readonly [name: string, value: string])[],
): readonly string[] {
  return pairs.length === 0 ? [] : [`${key}:`, ...pairs.map(([name, value]) => `  ${yaml(name)}: ${value}`)];
}

function pathLines(key: string, grants: readonly SeenGrant[]): readonly string[] {
  return grants.length === 0
    ? []
    : [`${key}:`, ...grants.flatMap((grant) => grantLines(grant).map((line) => `  ${line}`))];
}

function grantLines(grant: SeenGrant): readonly string[] {
  const { path, at, note } = grant;
  const line = `${yaml(at)}: !file { path: ${yaml(path)}, rights: [${pathRights(grant).join(', ')}] }`;
  return [...(note === undefined ? [] : note.split('\n').map(comment)), line];
}

function networkLines({ hosts, loopback, publish }: LearnedGrants): readonly string[] {
  const published =
    publish.length === 0 ? [] : [`  publish: {${publish.map((port) => ` ${port}: ${port}`).join(',')} }`];
  if (hosts.length > 0)
    return ['network:', '  hosts:', ...hosts.map((rule) => `    - ${quoted(rule)}`), ...published];
  if (published.length > 0) return ['network:', '  mode: loopback', ...published];
  return loopback ? ['network: loopback'] : [];
}

function withheldLines(title: string, all: readonly HeldBack[]): readonly string[] {
  if (all.length === 0) return [];
  return [
    '#',
    comment(`${title}:`),
    ...all.map(({ grant, reason }) => {
      const rights = pathRights(grant).join(', ');
      return `#   ${yaml(grant.real)}: !file { path: ${yaml(grant.real)}, rights: [${rights}] }   # ${reason}`;
    }),
  ];
}

/** Says which names of a joined directory were used and which were not, in one line. */
export function joinedNote(used: readonly string[], all: readonly string[]): string {
  const unused = all.filter((name) => !used.includes(name));
  if (unused.length === 0) return `all ${used.length} names in it were used`;
  const shown = unused.slice(0, MOST_NAMES).join(', ');
  const more = unused.length > MOST_NAMES ? ` and ${unused.length - MOST_NAMES} more` : '';
  return `${used.length} of ${used.length + unused.length} names in it were used; not: ${shown}${more}`;
}

/** A text of YAML; quotes where it could mean something else. */
function yaml(text: string): string {
  return /^[/A-Za-z_][\w./+@-]*$/.test(text) && !/^(?:y|n|yes|no|on|off|true|false|null)$/i.test(text)
    ? text
    : quoted(text);
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
