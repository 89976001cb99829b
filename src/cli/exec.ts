import { acceptOption, mechanismsNamed } from './accept.ts';
import { askFileOption, askOf, askOptions, checkRulesFile } from './ask-options.ts';
import { belowOptions } from './below-options.ts';
import { grantOptions, linuxOptions, unlistedOptions } from './grant-options.ts';
import { describeOptions, type Option, parseOptions } from './options.ts';
import { print } from './output.ts';
import { noProjectOption, projectOptions } from './project-options.ts';
import {
  adapterOption,
  addonOptions,
  auditOption,
  runPlan,
  startEarly,
  traceOf,
  traceOptions,
  wallsOf,
  wallsOption,
} from './run-plan.ts';

const listed: readonly Option[] = [
  ...grantOptions,
  ...projectOptions,
  { name: '--explain', help: 'Print the grants and the mechanism behind each limit; start nothing.' },
  {
    name: '--explain-calls',
    help: 'Print the system calls by which a Linux program is started; start nothing.',
  },
  { name: '--print-grants', help: 'Print the document that grants the same; start nothing.' },
  adapterOption,
  ...addonOptions,
  ...traceOptions,
  ...askOptions,
  askFileOption,
  auditOption,
  acceptOption,
  wallsOption,
  { name: '--help', help: 'Print this.' },
];

/** All options of `cloudabi exec`. */
export const execOptions: readonly Option[] = [
  ...listed,
  ...linuxOptions,
  ...unlistedOptions,
  noProjectOption,
];

function help(name: string): string {
  return `Usage: ${name} [options] -- PROGRAM [ARGUMENTS...]

Runs a program that expects a UNIX world (arguments, environment, files by path) with exactly the parts of the
world that the options name, and the standard streams. It is the one-line form of a document with !command.

Options:
${describeOptions(listed)}

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
 * @param name Its name in messages.
 * @returns The exit status, unless this process becomes the program.
 */
export async function execCommand(name: string, argv: readonly string[]): Promise<number> {
  const given = parseOptions(argv, execOptions);
  if (given.has('--help')) {
    print(help(name));
    return 0;
  }
  const accept = mechanismsNamed(given);
  const [program] = given.rest;
  const waiting = program === undefined ? undefined : await startEarly(program, given, accept);
  if (given.has('--print-grants')) {
    const { printGrants } = await import('./print-grants.ts');
    return printGrants(name, given);
  }
  // Loaded while that starts.
  const { planExec } = await import('./plan-exec.ts');
  const below = await belowOptions(given);
  const { project } = below;
  const planned = planExec(name, given, below);
  checkRulesFile(given, planned);
  const trace = traceOf(given);
  if (given.has('--explain')) {
    const { printPlan } = await import('./explain.ts');
    return printPlan(planned, given.has('--json'));
  }
  if (given.has('--explain-calls')) {
    const { printSystemCalls } = await import('./explain.ts');
    return printSystemCalls(planned, given.has('--json'));
  }
  await project?.confirm(planned, given.get('--trust'), program ?? '');
  return runPlan(name, planned, {
    accept,
    trace,
    trap: given.has('--trap'),
    walls: wallsOf(given),
    waiting,
    ask: askOf(given),
    audit: given.get(auditOption.name),
  });
}
