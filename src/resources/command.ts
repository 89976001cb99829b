import { resolve } from 'node:path';
import { readEnvFile } from './env-file.ts';
import { Fields, LIMITS, type ReadContext } from './fields.ts';
import { FileResource } from './file.ts';
import { type Limits, readLimits } from './limits.ts';
import { entriesOf, type LinuxParts, linuxKeys, noLinuxParts, readLinuxParts } from './linux-parts.ts';
import type { Position } from './position.ts';
import type { Resource } from './resource.ts';
import type { Spelling } from './spelling.ts';
import { nameWritten, quote, textIn, type Written } from './written.ts';

/** The grants of a program that expects a UNIX world. */
export type CommandParts = {
  /** Without the name of the program, which comes first by itself. */
  readonly arguments: readonly string[];
  readonly environment: ReadonlyMap<string, string>;
  readonly stdin: Resource | undefined;
  readonly stdout: Resource | undefined;
  readonly stderr: Resource | undefined;
  /** Directories by the name under which the program sees them. */
  readonly directories: ReadonlyMap<string, FileResource>;
  readonly limits: Limits;
  /** The place of each limit, by its name in a document. */
  readonly limitsGiven: ReadonlyMap<string, Position | undefined>;
  /** The parts for Linux programs only. */
  readonly linux: LinuxParts;
  /** Absolute paths of files beside the document that it was read from: no program may change them for its next start. */
  readonly sources: readonly string[];
  /** The spelling of keys in messages. */
  readonly spelling: Spelling;
  readonly position: Position | undefined;
};

/** `!command`: the whole world of a program that expects UNIX. Stands in the place of a tree. */
export class Command {
  readonly parts: CommandParts;

  constructor(parts: CommandParts) {
    this.parts = Object.freeze(parts);
    Object.freeze(this);
  }

  /** The same, read from further files. */
  readFrom(sources: readonly string[]): Command {
    if (sources.length === 0) return this;
    return new Command({ ...this.parts, sources: [...this.parts.sources, ...sources] });
  }
}

/** The most text that arguments and environment may hold together, in UTF-16 units, and their most in number. */
const MAX_TEXT = 0x100000;
const MAX_COUNT = 0x4000;

const keys = [
  'include',
  'arguments',
  'environment',
  'env_file',
  'stdin',
  'stdout',
  'stderr',
  'directories',
  'limits',
  ...linuxKeys,
];

/** A command that grants nothing. */
export function emptyCommand(): Command {
  return new Command({
    arguments: [],
    environment: new Map(),
    stdin: undefined,
    stdout: undefined,
    stderr: undefined,
    directories: new Map(),
    limits: {},
    limitsGiven: new Map(),
    linux: noLinuxParts,
    sources: [],
    spelling: 'object',
    position: undefined,
  });
}

/** Reads the contents of `!command` or the arguments of `command()`; nothing at all is an empty world. */
export function readCommand(written: Written, context: ReadContext): Command | undefined {
  const empty = written.kind === 'scalar' && written.value === null;
  const map: Written = empty ? { kind: 'map', entries: [], position: written.position } : written;
  const fields = Fields.read(map, keys, context);
  if (fields === undefined) return undefined;
  const before = context.mistakes.count;
  // A reader of profiles has taken it out.
  if (fields.has('include'))
    fields.wrong('include', `${fields.call('include')} is for documents and commandWithProfiles()`);
  const files = readEnvFiles(fields, context);
  const limitsGiven = new Map<string, Position | undefined>();
  const parts: CommandParts = {
    arguments: readArguments(fields, context),
    environment: new Map([...files.environment, ...readEnvironment(fields, context)]),
    stdin: readStream('stdin', fields),
    stdout: readStream('stdout', fields),
    stderr: readStream('stderr', fields),
    directories: readDirectories(fields, context),
    limits: readLimits(fields.get('limits'), { ...context, subject: LIMITS }, limitsGiven),
    limitsGiven,
    linux: readLinuxParts(fields, context),
    sources: files.sources,
    spelling: context.spelling,
    position: context.position,
  };
  const texts = [...parts.arguments, ...[...parts.environment].flat()];
  const length = texts.reduce((sum, text) => sum + text.length, 0);
  if (texts.length > MAX_COUNT || length > MAX_TEXT)
    context.mistakes.add(
      `Arguments and environment hold ${texts.length} texts of ${length} characters, more than the ${MAX_COUNT} texts and ${MAX_TEXT} characters allowed`,
      context.position,
    );
  return context.mistakes.count === before ? new Command(parts) : undefined;
}

/** A text for the program; other scalars are refused, since `1.0` would arrive as `1`. */
function readText(written: Written, what: string, { mistakes }: ReadContext): string | undefined {
  const value = written.kind === 'scalar' ? written.value : undefined;
  if (written.kind === 'broken') return undefined;
  if (typeof value !== 'string') {
    const hint = written.kind === 'scalar' && value !== null ? '; put it in quotes' : '';
    mistakes.add(`${what} is a string, not ${nameWritten(written)}${hint}`, written.position);
    return undefined;
  }
  if (!value.includes('\0')) return value;
  mistakes.add(`${what} holds a NUL character`, written.position);
  return undefined;
}

function readArguments(fields: Fields, context: ReadContext): readonly string[] {
  const written = fields.get('arguments');
  if (written === undefined) return [];
  if (written.kind !== 'seq') {
    fields.expected('arguments', 'a list of strings', written);
    return [];
  }
  return written.items.flatMap((item) => readText(item, 'An argument', context) ?? []);
}

function readEnvironment(fields: Fields, context: ReadContext): ReadonlyMap<string, string> {
  const environment = new Map<string, string>();
  for (const { key, value } of entriesOf('environment', 'a map of names to strings', fields)) {
    const name = readText(key, 'The name of a variable', context);
    const text = readText(value, 'The value of a variable', context);
    if (name === '' || name?.includes('='))
      context.mistakes.add(`${quote(name)} cannot be the name of a variable`, key.position);
    else if (name !== undefined && text !== undefined) environment.set(name, text);
  }
  return environment;
}

/** Reads the files of `env_file`, the later of which count; `environment` counts before them. */
function readEnvFiles(
  fields: Fields,
  context: ReadContext,
): { readonly environment: ReadonlyMap<string, string>; readonly sources: readonly string[] } {
  const written = fields.get('env_file');
  const environment = new Map<string, string>();
  const sources: string[] = [];
  if (written === undefined) return { environment, sources };
  for (const item of written.kind === 'seq' ? written.items : [written]) {
    const path = textIn(item);
    if (path === undefined || path === '' || path.includes('\0')) {
      fields.expected('env_file', 'the path of a file of variables, or a list of them', item);
      continue;
    }
    const absolute = resolve(context.directory, path);
    const read = readEnvFile(absolute, path);
    sources.push(absolute);
    if ('problems' in read) for (const problem of read.problems) context.mistakes.add(problem, item.position);
    else for (const { name, value } of read.variables) environment.set(name, value);
  }
  return { environment, sources };
}

function readDirectories(fields: Fields, context: ReadContext): ReadonlyMap<string, FileResource> {
  const directories = new Map<string, FileResource>();
  for (const { key, value } of entriesOf('directories', 'a map of names to directories', fields)) {
    const name = readText(key, 'The name of a directory', context);
    const file = value.kind === 'resource' ? value.resource : undefined;
    if (name === '') context.mistakes.add('The name of a directory is empty', key.position);
    else if (name !== undefined && file instanceof FileResource) directories.set(name, file);
    else if (name !== undefined && value.kind !== 'broken')
      context.mistakes.add(
        `Directory ${quote(name)} expects a directory granted with !file, not ${nameWritten(value)}`,
        value.position ?? fields.at('directories'),
      );
  }
  return directories;
}

function readStream(key: 'stdin' | 'stdout' | 'stderr', fields: Fields): Resource | undefined {
  const written = fields.get(key);
  if (written === undefined || (written.kind === 'scalar' && written.value === null)) return undefined;
  if (written.kind === 'resource') return written.resource;
  return fields.expected(key, 'a descriptor such as !fd or !file', written);
}
