import { createHash } from 'node:crypto';
import { fstatSync } from 'node:fs';
import { questionValue } from '../asking/describe-question.ts';
import type { AnswerWord, Question } from '../asking/question.ts';
import { AuditWriter } from '../audit/writer.ts';
import { planToJson } from '../plan/explain.ts';
import type { Plan } from '../plan/plan-types.ts';
import type { ExitReason } from '../process/exit-reason.ts';
import type { PolicyChange } from '../process/program-policy.ts';
import { reasonOf } from '../resources/file-kind.ts';
import { UsageError } from './options.ts';
import { printError } from './output.ts';
import { mayChange } from './writable-path.ts';

/** Writes the events of one program to an audit stream. When that fails, the program is ended. */
export class Audit {
  readonly #command: string;
  readonly #writer: AuditWriter;
  #end: () => void = () => undefined;
  #lost = false;

  /**
   * Opens the stream and records the start.
   *
   * @param target A path, or the number of a descriptor.
   * @throws UsageError when it cannot be written, or the program could change it.
   */
  constructor(command: string, plan: Plan, target: string) {
    this.#command = command;
    const number = /^\d+$/.test(target) ? Number(target) : undefined;
    if (number === undefined && mayChange(plan, target))
      throw new UsageError(`The program may change '${target}', the file of --audit: keep it elsewhere`);
    try {
      if (number !== undefined) fstatSync(number);
      this.#writer = new AuditWriter(number ?? target);
      this.#writer.add('start', startOf(command, plan));
    } catch (error) {
      const reason = error instanceof Error && !('code' in error) ? error.message : reasonOf(error);
      throw new UsageError(`--audit ${target}: ${reason}`);
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
      printError(
        `${this.#command}: The program is ended, since its audit stream cannot be written: ${error instanceof Error ? error.message : reasonOf(error)}`,
      );
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
