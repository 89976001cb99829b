import type { Command } from 'commander';
import type { RunningProgram } from '../control/registry.ts';
import { print, printJsonValue } from './output.ts';

/** Adds `cloudabi inspect`. What it needs is loaded when it is called. */
export function addInspect(program: Command): void {
  program
    .command('inspect')
    .description('print the grants of a running program, its connections, refusals and usage')
    .argument('<program>', 'the id of its command or first process, or its name')
    .option('--json', 'print it as JSON')
    .action(async (name: string, { json }: { json?: true }) => {
      const { runningProgram } = await import('./running.ts');
      const running = runningProgram(name);
      const text = await inspect(running, json === true);
      if (typeof text === 'string') print(text);
      else printJsonValue(text);
    });
}

async function inspect(running: RunningProgram, json: boolean): Promise<unknown> {
  const [
    { packedPlan },
    { fieldOf },
    { usageNow },
    { unpackPlan },
    { describePlan, planToJson },
    { controlStateOf },
  ] = await Promise.all([
    import('../control/registry.ts'),
    import('../control/json-lines.ts'),
    import('../control/usage.ts'),
    import('../plan/pack-plan.ts'),
    import('../plan/explain.ts'),
    import('./running-plan.ts'),
  ]);
  const plan = unpackPlan(packedPlan(running));
  const usage = running.first === undefined ? null : usageNow(running.first);
  const answer = await controlStateOf(running);
  const state: State = {
    network: fieldOf(answer, 'network') ?? null,
    policy: fieldOf(answer, 'policy') ?? null,
    refusals: fieldOf(answer, 'refusals') ?? null,
  };
  const { pid, first = null, command, path, arguments: words, began } = running;
  if (json)
    return {
      pid,
      first,
      command,
      program: path,
      arguments: words,
      began: new Date(began),
      plan: planToJson(plan),
      usage,
      ...state,
    };
  return [
    `Process ${pid} (${command}) runs it since ${new Date(began).toISOString()}`,
    '',
    describePlan(plan).trimEnd(),
    '',
    ...describeUsage(usage, plan.limits),
    ...describeState(state),
    '',
  ].join('\n');
}

type State = Record<'network' | 'policy' | 'refusals', unknown>;

type Usage = { readonly processes: number; readonly memory: number; readonly cpuTime: number };

function describeUsage(
  usage: Usage | null,
  limits: { readonly processes?: number; readonly memory?: number; readonly cpuTime?: number },
): string[] {
  if (usage === null) return [];
  const of = (value: number | undefined, unit: string): string =>
    value === undefined ? '' : ` of ${value}${unit}`;
  const mebibytes = (bytes: number): number => Math.ceil(bytes / 1024 / 1024);
  const memory = limits.memory === undefined ? undefined : mebibytes(limits.memory);
  return [
    'It uses now:',
    `  processes: ${usage.processes}${of(limits.processes, '')}`,
    `  memory: ${mebibytes(usage.memory)}MiB${of(memory, 'MiB')}`,
    `  processor time: ${usage.cpuTime}ms${of(limits.cpuTime, 'ms')}`,
  ];
}

function describeState({ network, policy, refusals }: State): string[] {
  const lines: string[] = [];
  const list = (value: unknown, name: string): readonly string[] => {
    const items: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
    return Array.isArray(items) ? items.map(String) : [];
  };
  if (network !== null) {
    lines.push(`Its network reaches now: ${list(network, 'hosts').join(', ') || 'nothing'}`);
    const except = list(network, 'except');
    if (except.length > 0) lines.push(`  but not: ${except.join(', ')}`);
    lines.push(`Open connections: ${list(network, 'connections').join(', ') || 'none'}`);
  }
  if (policy !== null) {
    lines.push(`Its rules are in state '${Reflect.get(Object(policy), 'state')}' now:`);
    lines.push(...list(policy, 'rules').map((rule) => `  ${rule}`));
  }
  if (refusals === null) lines.push('Its command sees no refusals: the kernel answers by itself.');
  else {
    const last = Reflect.get(Object(refusals), 'last');
    const items: readonly unknown[] = Array.isArray(last) ? last : [];
    lines.push(`Refusals so far: ${Reflect.get(Object(refusals), 'count')}`);
    for (const item of items.slice(-10))
      lines.push(
        `  ${['time', 'name', 'address', 'port', 'reason', 'option']
          .map((key) => Reflect.get(Object(item), key))
          .filter((field) => field !== null && field !== undefined)
          .join(' ')}`,
      );
  }
  return lines;
}
