import { remedyOption } from '../network/describe-denial.ts';
import {
  type ConnectionRefusal,
  connectionRefusalToJson,
  describeConnectionRefusal,
  formatConnectionRefusal,
  nameTarget,
} from '../network/refusal.ts';
import type { Plan } from '../plan/plan-types.ts';
import { printError } from './output.ts';
import type { TraceFormat } from './run-options.ts';

/** Refused targets that are told at the end, at most. */
const MOST_TOLD = 10;

/** Different targets that are remembered. */
const MOST_KEPT = 1000;

/** Tells the user which connections a program was refused: each at once with `--trace`, else each target at the end. */
export class RefusedConnections {
  readonly #trace: TraceFormat;
  readonly #remedies: 'option' | 'yaml';
  readonly #command: string;
  /** The first refusal of each target. */
  readonly #kept = new Map<string, ConnectionRefusal>();

  constructor(command: string, { spelling }: Plan, trace: TraceFormat) {
    this.#command = command;
    this.#trace = trace;
    this.#remedies = spelling === 'options' ? 'option' : 'yaml';
  }

  /** Hears of a refusal. */
  add(refusal: ConnectionRefusal): void {
    if (this.#trace === 'json') printError(connectionRefusalToJson(refusal));
    else if (this.#trace === 'lines') printError(formatConnectionRefusal(refusal, this.#remedies));
    // One line for both families of an address, and for all that one change would grant.
    const target = remedyOption(refusal.remedy) ?? nameTarget(refusal.target);
    if (this.#kept.size < MOST_KEPT && !this.#kept.has(target)) this.#kept.set(target, refusal);
  }

  /** The refusals of different targets. */
  get refused(): readonly ConnectionRefusal[] {
    return [...this.#kept.values()];
  }

  /** The program has ended. */
  tell(): void {
    if (this.#trace !== undefined) return;
    const kept = [...this.#kept.values()];
    for (const refusal of kept.slice(0, MOST_TOLD))
      printError(`${this.#command}: ${describeConnectionRefusal(refusal, this.#remedies)}`);
    const more = kept.length - MOST_TOLD;
    if (more > 0)
      printError(
        `${this.#command}: ${more} more ${more === 1 ? 'target was' : 'targets were'} refused; --trace prints each`,
      );
  }
}

/** Tells whether this command refuses connections of a program itself: to hosts, or to an ssh-agent. */
export function refusesConnections(plan: Plan): boolean {
  if (plan.kind !== 'linux') return plan.network !== undefined;
  return plan.linux.network.mode === 'hosts' || plan.linux.sshAgent !== undefined;
}
