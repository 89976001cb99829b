import type { Plan } from '../plan/plan-types.ts';
import { describeOptions, type Option, type ParsedOptions, parseOptions, UsageError } from './options.ts';
import { print, printJsonValue } from './output.ts';
import { plannedOf } from './plan-words.ts';
import { wallsOption } from './run-plan.ts';
import { useOptions, usesOf } from './why-uses.ts';

/** All options of `cloudabi why`. */
export const whyOptions: readonly Option[] = [
  ...useOptions,
  {
    name: '--pid',
    value: 'PROGRAM',
    help: "Ask about a running program: the id of its command or first process, or its name ('cloudabi ps').",
  },
  { name: '--config', value: 'FILE', help: 'Read the document from FILE instead of standard input.' },
  wallsOption,
  { name: '--json', help: 'Print the answers as JSON.' },
  { name: '--help', help: 'Print this.' },
];

const NAME = 'cloudabi why';

function help(): string {
  return `Usage: ${NAME} QUESTION... PROGRAM < grants.yaml
       ${NAME} QUESTION... exec [options] -- PROGRAM
       ${NAME} QUESTION... --pid PROGRAM

Says whether a program may use something: by which line of its document or option, and held by which mechanism; or
the option and the line that would grant it. Nothing is started. Paths are those that the program sees.

Options:
${describeOptions(whyOptions)}

Exit status: 0 if all that is asked is allowed, 1 if something is not, or as 'cloudabi-run --help' says.
`;
}

/** The exit status when something that was asked about is not allowed. */
const REFUSED = 1;

/**
 * `cloudabi why`.
 *
 * @returns The exit status.
 */
export async function whyCommand(argv: readonly string[]): Promise<number> {
  const given = parseOptions(argv, whyOptions);
  if (given.has('--help')) {
    print(help());
    return 0;
  }
  const uses = usesOf(given);
  if (uses.length === 0)
    throw new UsageError(
      `Nothing is asked: ${NAME} --read PATH, --write PATH, --exec PATH, --connect HOST:PORT, --bind PORT or --socket PATH`,
    );
  const plan = await planOf(given);
  const [{ answerUse }, { answerToJson, describeAnswer }] = await Promise.all([
    import('../plan/why/why.ts'),
    import('../plan/why/describe.ts'),
  ]);
  const answers = uses.map((use) => ({ use, answer: answerUse(plan, use) }));
  if (given.has('--json')) printJsonValue(answers.map(({ use, answer }) => answerToJson(use, answer)));
  else
    print(`${answers.flatMap(({ use, answer }) => describeAnswer(use, answer, plan.spelling)).join('\n')}\n`);
  return answers.every(({ answer }) => answer.allowed) ? 0 : REFUSED;
}

async function planOf(given: ParsedOptions): Promise<Plan> {
  const running = given.get('--pid');
  if (running !== undefined) {
    const { planOfRunning } = await import('./running-plan.ts');
    for (const option of ['--config', '--walls'])
      if (given.has(option))
        throw new UsageError(`${option} has no effect with --pid: the program runs already`);
    if (given.rest.length > 0) throw new UsageError('--pid names the program: no other one can be named');
    return planOfRunning(running);
  }
  if (given.rest.length === 0)
    throw new UsageError(
      `No program is named: ${NAME} QUESTION... PROGRAM, ${NAME} QUESTION... exec [options] -- PROGRAM, or ${NAME} QUESTION... --pid PROGRAM`,
    );
  const config = given.get('--config');
  return plannedOf(NAME, given.rest, { config, walls: given.get('--walls') });
}
