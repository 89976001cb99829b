import { isDoneWithout } from '../learning/done-without.ts';
import type { LinuxPlan } from '../plan/plan-types.ts';
import { Observer } from '../run/observing/observer.ts';
import { type RefusedUse, UseJudge } from '../run/observing/refused-use.ts';
import { printable, printableJson } from '../text/printable.ts';
import { printError } from './output.ts';
import type { TraceFormat } from './run-options.ts';

/** Observes a Linux program behind its walls, and tells its user what they refuse. */
export class RefusedUses {
  readonly observer: Observer;
  readonly #judge: UseJudge;
  readonly #trace: TraceFormat;
  readonly #refused: RefusedUse[] = [];
  readonly #told = new Set<string>();

  constructor(plan: LinuxPlan, trace: TraceFormat) {
    this.#judge = new UseJudge(plan);
    this.#trace = trace;
    this.observer = new Observer({
      tells: 'paths',
      calls: [],
      onObserved: (observed) => {
        const refused = this.#judge.judge(observed);
        if (refused !== undefined) this.#add(refused);
      },
    });
  }

  /** The refusals so far. */
  get refused(): readonly RefusedUse[] {
    return this.#refused;
  }

  /** Waits until the last call was judged. */
  async end(): Promise<void> {
    await this.observer.end();
  }

  #add(refused: RefusedUse): void {
    // One line for an object and what one change would grant.
    const key = `${refused.object} ${refused.answer.mend?.option}`;
    if (this.#told.has(key)) return;
    this.#told.add(key);
    const dispensable = isDoneWithout(refused.object);
    if (!dispensable) this.#refused.push(refused);
    if (this.#trace === 'json') printError(refusedUseToJson(refused));
    else if (!dispensable) printError(formatRefusedUse(refused));
  }
}

/** For people, one line: time, process, category, object, reason, mechanism, and the remedy in both spellings. */
export function formatRefusedUse({ time, process, category, object, answer }: RefusedUse): string {
  const { reason, by, mend } = answer;
  const held = by.length === 0 ? '' : ` (${by.join(', ')})`;
  const remedy = [mend?.option, mend?.yaml].filter((text) => text !== undefined).join(', or ');
  return printable(
    `${time.toISOString()} ${process.executable} (${process.pid}): ${category} of ${object} refused: ${reason}${held}; ${remedy}`,
  );
}

/** The same as one line of JSON. Names are stable; null stands for missing values. */
export function refusedUseToJson({ time, process, call, category, object, answer }: RefusedUse): string {
  const { reason, by, line, mend } = answer;
  return printableJson(
    JSON.stringify({
      time,
      kind: 'use',
      process,
      category,
      call,
      object,
      reason,
      by,
      place: line?.place ?? null,
      option: mend?.option ?? null,
      yaml: mend?.yaml ?? null,
    }),
  );
}
