import { quote } from '../resources/written.ts';
import { acceptOption, mechanismsNamed } from './accept.ts';
import { grantOptions, linuxOptions, unlistedOptions } from './grant-options.ts';
import { describeOptions, type Option, parseOptions, UsageError } from './options.ts';
import { print } from './output.ts';

const own: readonly Option[] = [
  {
    name: '-o',
    value: 'FILE',
    help: "Write the document for 'cloudabi run' to FILE; without it, it is printed to standard error.",
  },
  {
    name: '--from-last',
    help: 'Run nothing: print the grants that were missing in the last run with refusals (of exec or run, with\n--trace). With -o FILE or --write-document they are added to a document.',
  },
  { name: '--write-document', help: 'With --from-last: add them to the document of that run.' },
  { name: '--help', help: 'Print this.' },
];

const options: readonly Option[] = [
  ...own,
  ...grantOptions,
  ...linuxOptions,
  ...unlistedOptions,
  acceptOption,
];

function help(name: string): string {
  return `Usage: ${name} [-o FILE] [options of cloudabi exec] -- PROGRAM [ARGUMENTS...]

Runs a Linux program WITHOUT CONFINEMENT, as its user may run it, observes what it and all programs that it starts use,
and writes the smallest grants under which the same command runs again: as a command line of 'cloudabi exec', and as
a document for 'cloudabi run'. Learn with programs that you trust; confine them from the second run on.

Options:
${describeOptions(own)}

Options of 'cloudabi exec' (cloudabi exec --help) hold here, too, but for paths and hosts, which are open: variables
(--env), limits, standard streams, --base to choose between the bases yourself.

Example: learn what a build needs, read the grants, and build with them from now on:

  ${name} -o build.yaml -- make
  $EDITOR build.yaml
  cloudabi run --config build.yaml /usr/bin/make

Not granted, but written as comments: keys, credentials, histories and homes of others; directories that hold many
things, such as a home; files that were looked for and are not there. Not seen: docs/learning.md lists it.

Exit status: that of the program, or as 'cloudabi-run --help' says.
`;
}

/**
 * `cloudabi learn`.
 *
 * @param name Its name in messages.
 * @returns The exit status.
 */
export async function learnCommand(name: string, argv: readonly string[]): Promise<number> {
  const given = parseOptions(argv, options);
  if (given.has('--help')) {
    print(help(name));
    return 0;
  }
  if (given.has('--from-last')) {
    if (given.rest.length > 0)
      throw new UsageError(`--from-last runs no program: leave ${quote(given.rest.join(' '))} out`);
    return (await import('./learn-from-last.ts')).learnFromLast(name, given);
  }
  if (given.has('--write-document'))
    throw new UsageError(
      '--write-document goes with --from-last; a document of a run is written with -o FILE',
    );
  if (given.rest.length === 0)
    throw new UsageError(`No program is named: ${name} [options] -- PROGRAM [ARGUMENTS...]`);
  const { learnProgram } = await import('./learn-program.ts');
  return learnProgram(name, given, mechanismsNamed(given));
}
