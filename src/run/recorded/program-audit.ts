import { createHash } from 'node:crypto';
import { fstatSync } from 'node:fs';
import { questionValue } from '../../asking/describe-question.ts';
import type { AnswerWord, Question } from '../../asking/question.ts';
import { AuditWriter } from '../../audit/writer.ts';
import { planToJson } from '../../plan/explain.ts';
import type { Plan } from '../../plan/plan-types.ts';
import { mayChange } from '../../plan/writable-path.ts';
import type { ExitReason } from '../../process/exit-reason.ts';
import type { PolicyChange } from '../../process/program-policy.ts';
import { reasonOf } from '../../resources/file-kind.ts';

/** Writes the events of one program to an audit stream. When that fails, the program is ended. */
export class ProgramAudit {
  readonly #writer: AuditWriter;
  readonly #onLost: (reason: string) => void;
  #end: () => void = () => undefined;
  #lost = false;

  /**
   * Opens the stream and records the start.
   *
   * @param command The name of the command that starts it.
   * @param target A path, or the number of a descriptor.
   * @param onLost Called with the reason when a record cannot be written.
   * @throws Error when it cannot be written, or the program could change it.
   */
  constructor(command: string, plan: Plan, target: string | number, onLost: (reason: string) => void) {
    this.#onLost = onLost;
    if (typeof target === 'string' && mayChange(plan, target))
      throw new Error(`The program may change '${target}', where its records go: keep it elsewhere`);
    try {
      if (typeof target === 'number') fstatSync(target);
      this.#writer = new AuditWriter(target);
      this.#writer.add('start', startOf(command, plan));
    } catch (error) {
      throw error instanceof Error && !('code' in error) ? error : new Error(reasonOf(error));
    }
  }

  /** The program was started; `end` ends it. */
  begin(end: () => void): void {
    this.#end = end;
    if (this.#lost) end();
  }

  /** Records a refusal, which is given as JSON. */
  refused(refusal: string): void {
    this.#add('refusal', JSON.parse(refusal));
  }

  /** Records the answer of a person. */
  answered(question: Question, answer: AnswerWord): void {
    this.#add('answer', { question: questionValue(question), answer });
  }

  /** Records a change of the network while the program runs. */
  changed(action: 'allow' | 'deny', rules: readonly string[]): void {
    this.#add('change', { part: 'network', action, rules });
  }

  /** Records a change of the rules about files while the program runs, or one that was refused. */
  changedPolicy(change: PolicyChange): void {
    this.#add('change', { part: 'policy', ...change });
  }

  /** Records the end. */
  ended(reason: ExitReason): void {
    this.#add('end', { pid: process.pid, reason });
    this.#writer.close();
  }

  #add(type: string, data: unknown): void {
    if (this.#lost) return;
    try {
      this.#writer.add(type, data);
    } catch (error) {
      this.#lost = true;
      this.#onLost(error instanceof Error ? error.message : reasonOf(error));
      this.#end();
    }
  }
}

/** Values of the environment stay out: there may be secrets among them. */
function startOf(command: string, plan: Plan): object {
  const json = planToJson(plan);
  const names = Object.keys(json.command?.environment ?? {});
  const planned = { ...json, command: json.command && { ...json.command, environment: names } };
  const digest = createHash('sha256').update(JSON.stringify(planned)).digest('hex');
  return { pid: process.pid, user: process.getuid?.(), command, digest, plan: planned };
}
