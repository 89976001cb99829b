import type { Command } from 'commander';
import type { Plan } from '../run/plan-types.ts';
import { readDocument } from './document.ts';

/**
 * Adds `cloudabi explain`: what a program would get and what enforces each limit, without starting it. What it needs
 * is loaded when it is called: other commands must work where system calls cannot be made.
 */
export function addExplain(program: Command): void {
  program
    .command('explain')
    .description('say what a YAML document grants and what enforces each limit; nothing is opened or started')
    .argument('<program>', 'the program that would be run')
    .option('--config <file>', 'read the document from a file instead of standard input')
    .option('--json', 'print the plan as JSON')
    .addHelpText('after', '\nExample:\n  $ cloudabi explain server.wasm < grants.yaml')
    .action(async (path: string, { config, json }: { config?: string; json?: true }) => {
      const { text, ...options } = await readDocument('cloudabi explain', path, config);
      const [{ readGrants }, { plan }] = await Promise.all([
        import('../run/grants.ts'),
        import('../run/plan.ts'),
      ]);
      process.exitCode = await printPlan(plan(path, readGrants(text, options)), json ?? false);
    });
}

/** Prints a plan; returns the exit status. */
export async function printPlan(planned: Plan, json: boolean): Promise<number> {
  const { describePlan, planToJson } = await import('../run/explain.ts');
  process.stdout.write(json ? `${JSON.stringify(planToJson(planned), null, 2)}\n` : describePlan(planned));
  return 0;
}
