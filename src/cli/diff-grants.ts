import type { Plan } from '../plan/plan-types.ts';
import { quote } from '../resources/written.ts';
import { splitWords } from '../text/shell-split.ts';
import { describeOptions, type Option, parseOptions, UsageError } from './options.ts';
import { print, printJsonValue } from './output.ts';
import { plannedOf } from './plan-words.ts';

const options: readonly Option[] = [
  { name: '--json', help: 'Print the difference as JSON.' },
  { name: '--help', help: 'Print this.' },
];

const NAME = 'cloudabi diff-grants';

/** The exit status when the second grants more than the first. */
const WIDENS = 1;

function help(): string {
  return `Usage: ${NAME} [--json] A B [-- PROGRAM]

Says what a program may do with the grants B and may not do with the grants A, and the reverse. A and B are documents,
or options of cloudabi exec in one argument, which begins with a dash: '--read src --net registry.example.org:443'.
Without PROGRAM, the grants are compared for a Linux program.

Options:
${describeOptions(options)}

Exit status: 0 if B allows nothing that A does not, 1 if it does, or as 'cloudabi-run --help' says.
`;
}

/**
 * `cloudabi diff-grants`.
 *
 * @returns The exit status.
 */
export async function diffGrantsCommand(argv: readonly string[]): Promise<number> {
  const dashes = argv.indexOf('--');
  const own = dashes < 0 ? argv : argv.slice(0, dashes);
  const program = dashes < 0 ? [process.execPath] : argv.slice(dashes + 1);
  // Words with blanks, and such as an option of exec begins, are grants.
  const switches = own.filter((word) => options.some(({ name }) => name === word) || word === '-h');
  const grants = own.filter((word) => !switches.includes(word));
  const given = parseOptions(switches, options);
  if (given.has('--help')) {
    print(help());
    return 0;
  }
  const [a, b, ...more] = grants;
  if (a === undefined || b === undefined || more.length > 0)
    throw new UsageError(`Two sets of grants are compared, not ${grants.length}: ${NAME} A B [-- PROGRAM]`);
  if (program.length !== 1) throw new UsageError(`One program stands behind --, not ${program.length} words`);
  const [before, after] = [await planOf(a, program[0] ?? ''), await planOf(b, program[0] ?? '')];
  const { compareGrants, describeDifference, differenceToJson } = await import('../plan/diff/diff.ts');
  const difference = compareGrants(before, after);
  if (given.has('--json')) printJsonValue(differenceToJson(difference));
  else print(`${describeDifference(difference, [a, b]).join('\n')}\n`);
  return difference.added.length === 0 ? 0 : WIDENS;
}

async function planOf(grants: string, program: string): Promise<Plan> {
  if (!grants.startsWith('-')) return plannedOf(NAME, [program], { config: grants, walls: undefined });
  const words = splitWords(grants);
  if (words === undefined)
    throw new UsageError(
      `${quote(grants)} is no list of words, as a shell without variables and commands has it`,
    );
  return plannedOf(NAME, ['exec', ...words, '--', program], { config: undefined, walls: undefined });
}
