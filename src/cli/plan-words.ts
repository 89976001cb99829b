import type { Plan } from '../plan/plan-types.ts';
import { readConfigText } from './document.ts';
import { parseOptions, UsageError } from './options.ts';
import { wallsNamed } from './run-plan.ts';

/** The document of a plan, and the walls that would hold the program. */
export type PlanSource = { readonly config: string | undefined; readonly walls: string | undefined };

/**
 * Makes the plan that words name: `PROGRAM`, whose document is read, or `exec`, options and a program.
 *
 * @param command The command, for messages.
 * @throws UsageError; what `plan` throws.
 */
export async function plannedOf(
  command: string,
  words: readonly string[],
  { config, walls }: PlanSource,
): Promise<Plan> {
  const [program = '', ...rest] = words;
  if (program === 'exec') {
    if (config !== undefined || walls !== undefined)
      throw new UsageError(
        `--config and --walls are for a program with a document; behind 'exec' stand the options of cloudabi exec`,
      );
    const [{ execOptions }, { planExec }, { belowOptions }] = await Promise.all([
      import('./exec.ts'),
      import('./plan-exec.ts'),
      import('./below-options.ts'),
    ]);
    const given = parseOptions(rest, execOptions);
    return planExec(`${command} exec`, given, await belowOptions(given));
  }
  if (rest.length > 0)
    throw new UsageError(
      `Only one program is asked about, and ${rest.length + 1} words follow; options of cloudabi exec stand behind 'exec'`,
    );
  const { text, ...options } = await readConfigText(command, program, config);
  const [{ readGrants }, { plan }] = await Promise.all([
    import('../plan/grants.ts'),
    import('../plan/plan.ts'),
  ]);
  const chosen = wallsNamed(walls);
  return plan(program, readGrants(text, options), { ...(chosen && { walls: chosen }) });
}
