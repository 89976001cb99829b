import type { Command } from 'commander';
import type { Plan } from '../plan/plan-types.ts';
import { readConfigText } from './document.ts';
import { UsageError } from './options.ts';
import { print, printJsonValue } from './output.ts';
import { wallsNamed } from './run-plan.ts';

/**
 * Adds `cloudabi explain`: the grants of a program and the mechanism behind each limit, without starting it. What it needs
 * is loaded when it is called: other commands must work where system calls cannot be made.
 */
export function addExplain(program: Command): void {
  program
    .command('explain')
    .description(
      'print the grants of a YAML document and the mechanism behind each limit; nothing is opened or started',
    )
    .argument('<program>', 'the program that would be run')
    .option('--config <file>', 'read the document from a file instead of standard input')
    .option('--json', 'print the plan as JSON')
    .option('--walls <walls>', "what would hold the program: 'all' walls, or 'landlock' and seccomp alone")
    .option('--as-options', 'print the command line of cloudabi exec that grants the same instead')
    .option('--system-calls', 'print the system calls by which a Linux program is started instead')
    .addHelpText('after', '\nExample:\n  $ cloudabi explain server.wasm < grants.yaml')
    .action(
      async (
        path: string,
        given: { config?: string; json?: true; systemCalls?: true; asOptions?: true; walls?: string },
      ) => {
        const { config, json, systemCalls, asOptions } = given;
        const walls = wallsNamed(given.walls);
        const { text, ...options } = await readConfigText('cloudabi explain', path, config);
        const [{ readGrants }, { plan }] = await Promise.all([
          import('../plan/grants.ts'),
          import('../plan/plan.ts'),
        ]);
        const grants = readGrants(text, options);
        const planned = plan(path, grants, { ...(walls && { walls }) });
        if (asOptions) {
          const { printAsOptions } = await import('./as-options.ts');
          process.exitCode = printAsOptions(path, planned, grants, walls);
          return;
        }
        process.exitCode = await (systemCalls
          ? printSystemCalls(planned, json ?? false)
          : printPlan(planned, json ?? false));
      },
    );
}

/** Prints a plan; returns the exit status. */
export async function printPlan(planned: Plan, json: boolean): Promise<number> {
  const { describePlan, planToJson } = await import('../plan/explain.ts');
  if (json) printJsonValue(planToJson(planned));
  else print(describePlan(planned));
  return 0;
}

/**
 * Prints the list of system calls of a plan; returns the exit status.
 *
 * @throws UsageError for a program that is started otherwise.
 */
export async function printSystemCalls(planned: Plan, json: boolean): Promise<number> {
  if (planned.kind !== 'linux') {
    throw new UsageError('Only Linux programs are started by a list of system calls, and this is none');
  }
  const [{ systemCallsOf }, { describeList, listToJson }] = await Promise.all([
    import('../run/linux/explained-calls.ts'),
    import('../host/processes/call-list-text.ts'),
  ]);
  const list = systemCallsOf(planned, planned.linux.walls);
  if (json) printJsonValue(listToJson(list));
  else print(`${describeList(list).join('\n')}\n`);
  return 0;
}
