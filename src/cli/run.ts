import { acceptOption, mechanismsNamed } from './accept.ts';
import { askOf, askOptions } from './ask-options.ts';
import { describeOptions, type Option, parseOptions, UsageError } from './options.ts';
import { print } from './output.ts';
import {
  adapterOf,
  adapterOption,
  addonOptions,
  addonsOf,
  auditOption,
  planWalls,
  runPlan,
  startEarly,
  traceOf,
  traceOptions,
  wallsOf,
  wallsOption,
} from './run-plan.ts';
import { version } from './version.ts';

const options: readonly Option[] = [
  {
    name: '--config',
    value: 'FILE',
    help: 'Read the document from FILE; standard input stays free for the program.',
  },
  { name: '--explain', help: 'Print the grants and the mechanism behind each limit; start nothing.' },
  adapterOption,
  ...addonOptions,
  ...traceOptions,
  ...askOptions,
  auditOption,
  acceptOption,
  wallsOption,
  { name: '--help', help: 'Print this.' },
  { name: '--version', help: 'Print the version.' },
];

function help(command: string): string {
  return `Usage: ${command} [options] PROGRAM < grants.yaml

Runs a program with exactly the resources that a YAML document hands it, and nothing else.

The document is the tree of values that the program gets. A tag makes a value a resource: it is opened and
handed over as a descriptor. What the document does not name does not exist for the program: no file, no
network, no environment variable, not even standard output.

Options:
${describeOptions(options)}

A complete example. The file grants.yaml hands a web server a socket, a directory and a log:

  %TAG ! tag:nuxi.nl,2015:cloudabi/
  ---
  hostname: localhost
  listen:
    - !socket
      bind: 127.0.0.1:8080
  rootdir: !file
    path: site
    rights: read
  logfile: !file
    path: access.log
    rights: [append, create]
  errors: !fd stderr

  ${command} --explain server.wasm < grants.yaml   shows what it would get, and what holds it there
  ${command} server.wasm < grants.yaml             runs it
  ${command} --trace server.wasm < grants.yaml     runs it and prints each operation that was refused

Exit status: that of the program; 64 wrong usage, 65 a mistake in the document, 66 a resource that cannot be
opened, 69 a mechanism that this host lacks, 70 a mistake of ours, 124 the limit of time reached, 126 not a
program, 127 no such program, 134 the program trapped, 128+N ended by signal N.
`;
}

/**
 * `cloudabi-run` and `cloudabi run`.
 *
 * @param command Its name in messages.
 * @returns The exit status, unless this process becomes the program.
 */
export async function runCommand(command: string, argv: readonly string[]): Promise<number> {
  const given = parseOptions(argv, options, true);
  if (given.has('--help')) {
    print(help(command));
    return 0;
  }
  if (given.has('--version')) {
    print(`${version()}\n`);
    return 0;
  }
  const accept = mechanismsNamed(given);
  const [program, ...more] = given.rest;
  if (program === undefined) throw new UsageError(`No program is named: ${command} PROGRAM < grants.yaml`);
  if (more.length > 0) {
    throw new UsageError(
      `'${more[0]}' follows the program, which gets no arguments but its document; ` +
        "write them there, or use 'cloudabi exec' for a program that expects a UNIX world",
    );
  }
  const trace = traceOf(given);
  const waiting = await startEarly(program, given, accept);
  // Loaded while that starts.
  const { readConfigText } = await import('./document.ts');
  const { readGrants } = await import('../plan/grants.ts');
  const { planToLaunch } = await import('../plan/plan.ts');
  const { text, path, ...from } = await readConfigText(command, program, given.get('--config'));
  const planned = planToLaunch(program, readGrants(text, from), {
    ...adapterOf(given),
    ...addonsOf(given),
    ...planWalls(given, accept),
    documents: path === undefined ? [] : [path],
  });
  if (given.has('--explain')) {
    const { printPlan } = await import('./explain.ts');
    return printPlan(planned, given.has('--json'));
  }
  return runPlan(command, planned, {
    accept,
    trace,
    trap: given.has('--trap'),
    document: path,
    walls: wallsOf(given),
    waiting,
    ask: askOf(given, given.get('--config')),
    audit: given.get(auditOption.name),
  });
}
