import {
  command as commandOf,
  type FileOptions,
  fd,
  file,
  type Resource,
} from '../resources/constructors.ts';
import { plan } from '../run/plan.ts';
import { acceptOption, mechanismsNamed } from './accept.ts';
import { describeOptions, type Option, type ParsedOptions, parseOptions, UsageError } from './options.ts';
import {
  adapterOf,
  adapterOption,
  addonOptions,
  addonsOf,
  runPlan,
  traceOf,
  traceOptions,
} from './run-plan.ts';

const options: readonly Option[] = [
  {
    name: '--read',
    value: 'DIR[:AT]',
    repeat: true,
    help: 'Let the program read everything beneath the directory DIR, which it sees at AT\n(as DIR when AT is left out).',
  },
  {
    name: '--write',
    value: 'DIR[:AT]',
    repeat: true,
    help: 'Let it read, write, create and remove beneath DIR.',
  },
  {
    name: '--env',
    value: 'NAME[=VALUE]',
    repeat: true,
    help: 'Give it an environment variable, with the value it has here when VALUE is left out.',
  },
  {
    name: '--limit',
    value: 'NAME=VALUE',
    repeat: true,
    help: 'Limit it: memory=64MiB, wall_clock=10s.',
  },
  { name: '--no-stdin', help: 'Withhold standard input; likewise --no-stdout and --no-stderr.' },
  { name: '--explain', help: 'Print what would be opened and what enforces each limit; start nothing.' },
  adapterOption,
  ...addonOptions,
  ...traceOptions,
  acceptOption,
  { name: '--help', help: 'Print this.' },
];

/** Switches that help mentions with another. */
const unlisted: readonly Option[] = [
  { name: '--no-stdout', help: '' },
  { name: '--no-stderr', help: '' },
];

function help(name: string): string {
  return `Usage: ${name} [options] -- PROGRAM [ARGUMENTS...]

Runs a program that expects a UNIX world (arguments, environment, files by path) with exactly the parts of the
world that the options name, and the standard streams. It is the one-line form of a document with !command.

Options:
${describeOptions(options)}

Example: a script that may read src, write out, and nothing else:

  ${name} --read src --write out --env LANG -- python.wasm build.py

Exit status: that of the program, or as 'cloudabi-run --help' says.
`;
}

/** Splits at the last colon, so that DIR may hold colons when AT is given. */
function directory(text: string): { path: string; at: string } {
  const colon = text.lastIndexOf(':');
  const path = colon < 0 ? text : text.slice(0, colon);
  const at = colon < 0 ? text : text.slice(colon + 1);
  if (path === '' || at === '') throw new UsageError(`A directory is given as DIR or DIR:AT, not '${text}'`);
  return { path, at };
}

function directoriesOf(given: ParsedOptions): ReadonlyMap<string, Resource> {
  const directories = new Map<string, Resource>();
  const add = (text: string, rights: NonNullable<FileOptions['rights']>): void => {
    const { path, at } = directory(text);
    if (directories.has(at)) throw new UsageError(`Two directories are to be seen at '${at}'`);
    directories.set(at, file(path, { rights }));
  };
  for (const text of given.all('--read')) add(text, ['read']);
  for (const text of given.all('--write')) add(text, ['read', 'write', 'create', 'remove']);
  return directories;
}

function environmentOf(given: ParsedOptions): Record<string, string> {
  return Object.fromEntries(
    given.all('--env').map((text) => {
      const equals = text.indexOf('=');
      const name = equals < 0 ? text : text.slice(0, equals);
      const value = equals < 0 ? process.env[name] : text.slice(equals + 1);
      if (value === undefined) throw new UsageError(`There is no environment variable ${name} to pass on`);
      return [name, value];
    }),
  );
}

function limitsOf(given: ParsedOptions): { memory?: string; wallClock?: string } {
  const limits: { memory?: string; wallClock?: string } = {};
  for (const text of given.all('--limit')) {
    const [name, value, ...more] = text.split('=');
    if (value === undefined || more.length > 0) {
      throw new UsageError(`A limit is given as NAME=VALUE, such as memory=64MiB, not '${text}'`);
    }
    if (name === 'memory') limits.memory = value;
    else if (name === 'wall_clock') limits.wallClock = value;
    else throw new UsageError(`There is no limit '${name}'; there are memory and wall_clock`);
  }
  return limits;
}

/**
 * `cloudabi exec`.
 *
 * @param name How it was called, for messages.
 * @returns The exit status, unless this process becomes the program.
 */
export async function execCommand(name: string, argv: readonly string[]): Promise<number> {
  const given = parseOptions(argv, [...options, ...unlisted]);
  if (given.has('--help')) {
    process.stdout.write(help(name));
    return 0;
  }
  const [program, ...rest] = given.rest;
  if (program === undefined)
    throw new UsageError(`No program is named: ${name} [options] -- PROGRAM [ARGUMENTS...]`);
  const planned = plan(
    program,
    commandOf({
      arguments: rest,
      environment: environmentOf(given),
      ...(!given.has('--no-stdin') && { stdin: fd('stdin') }),
      ...(!given.has('--no-stdout') && { stdout: fd('stdout') }),
      ...(!given.has('--no-stderr') && { stderr: fd('stderr') }),
      directories: directoriesOf(given),
      limits: limitsOf(given),
    }),
    { ...adapterOf(given), ...addonsOf(given) },
  );
  const trace = traceOf(given);
  if (given.has('--explain')) {
    const { printPlan } = await import('./explain.ts');
    return printPlan(planned, given.has('--json'));
  }
  return runPlan(name, planned, mechanismsNamed(given), trace);
}
