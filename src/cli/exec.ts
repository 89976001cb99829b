import { command as commandOf } from '../resources/constructors.ts';
import { acceptOption, mechanismsNamed } from './accept.ts';
import { commandOptions, grantOptions, linuxOptions, unlistedOptions } from './exec-grants.ts';
import { describeOptions, type Option, parseOptions, UsageError } from './options.ts';
import {
  adapterOf,
  adapterOption,
  addonOptions,
  addonsOf,
  runPlan,
  startEarly,
  traceOf,
  traceOptions,
  wallsOf,
  wallsOption,
} from './run-plan.ts';

const options: readonly Option[] = [
  ...grantOptions,
  { name: '--explain', help: 'Print what would be opened and what enforces each limit; start nothing.' },
  {
    name: '--explain-calls',
    help: 'Print the system calls by which a Linux program is started; start nothing.',
  },
  adapterOption,
  ...addonOptions,
  ...traceOptions,
  acceptOption,
  wallsOption,
  { name: '--help', help: 'Print this.' },
];

function help(name: string): string {
  return `Usage: ${name} [options] -- PROGRAM [ARGUMENTS...]

Runs a program that expects a UNIX world (arguments, environment, files by path) with exactly the parts of the
world that the options name, and the standard streams. It is the one-line form of a document with !command.

Options:
${describeOptions(options)}

For Linux programs only:
${describeOptions(linuxOptions)}

Example: a script that may read src, write out, and nothing else:

  ${name} --read src --write out --env LANG -- python.wasm build.py

A build with the compilers of this host, which can change this directory and nothing else, and has no network:

  ${name} --base system --write . -- make test

Exit status: that of the program, or as 'cloudabi-run --help' says.
`;
}

/**
 * `cloudabi exec`.
 *
 * @param name How it was called, for messages.
 * @returns The exit status, unless this process becomes the program.
 */
export async function execCommand(name: string, argv: readonly string[]): Promise<number> {
  const given = parseOptions(argv, [...options, ...linuxOptions, ...unlistedOptions]);
  if (given.has('--help')) {
    process.stdout.write(help(name));
    return 0;
  }
  const [program, ...rest] = given.rest;
  if (program === undefined)
    throw new UsageError(`No program is named: ${name} [options] -- PROGRAM [ARGUMENTS...]`);
  const accept = mechanismsNamed(given);
  const waiting = await startEarly(program, given, accept);
  // Loaded while that starts.
  const { plan } = await import('../run/plan.ts');
  const { programKind } = await import('../run/program.ts');
  const planned = plan(program, commandOf(commandOptions(given, programKind(program), rest)), {
    ...adapterOf(given),
    ...addonsOf(given),
  });
  const trace = traceOf(given);
  if (given.has('--explain')) {
    const { printPlan } = await import('./explain.ts');
    return printPlan(planned, given.has('--json'));
  }
  if (given.has('--explain-calls')) {
    const { printSystemCalls } = await import('./explain.ts');
    return printSystemCalls(planned, given.has('--json'));
  }
  return runPlan(name, planned, { accept, trace, trap: given.has('--trap'), walls: wallsOf(given), waiting });
}
