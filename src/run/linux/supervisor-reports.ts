import { Socket } from 'node:net';
import type { Rule } from '../../policy/rule.ts';
import type { AccessQuestion, AccessRefusal } from '../../process/access-refusal.ts';
import {
  GUARD_RULE,
  RecordReader,
  type SupervisorRecord,
  writeAnswer,
  writeChangeAnswer,
} from '../../supervisor/records.ts';
import type { LivePolicy } from './live-policy.ts';

/** Decides about an access for which a rule says `ask`. */
export type AnswerAccess = (question: AccessQuestion, rule: Rule) => boolean | Promise<boolean>;

/** Options for reading the records of a supervisor. */
export type SupervisorReportOptions = {
  /** Our end of its socket, which is closed with the program. */
  readonly socket: number;
  readonly rules: readonly Rule[];
  readonly onRefused: ((refusal: AccessRefusal) => void) | undefined;
  /** Answers questions of a rule; without it, every answer is no. */
  readonly onAccess: AnswerAccess | undefined;
  /** The rules as they change; `undefined` when they do not. */
  readonly policy: LivePolicy | undefined;
  /** Called for bytes that no supervisor writes. */
  readonly onNonsense: () => void;
};

/** The crash guard as the rule of a refusal. */
const crashGuardSource: Rule['source'] = { text: 'crash guard', place: '--crash-guard' };

/** Milliseconds after which no answer means no. */
const PATIENCE = 120_000;

/** Passes the records of a supervisor on and answers its questions, until its program has ended. */
export function followSupervisor(options: SupervisorReportOptions): void {
  const { socket, onNonsense, policy } = options;
  const reader = new RecordReader();
  const stream = new Socket({ fd: socket, readable: true, writable: true });
  const answer = (message: Buffer): void => {
    if (!stream.destroyed) stream.write(message);
  };
  stream.on('error', () => undefined);
  stream.once('close', () => policy?.end());
  stream.on('data', (chunk: Buffer) => {
    try {
      for (const record of reader.read(chunk)) follow(record, options, answer);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      stream.destroy();
      onNonsense();
    }
  });
}

/** @throws RangeError for a record that no supervisor of these rules writes. */
function follow(
  record: SupervisorRecord,
  { rules, policy, onRefused, onAccess }: SupervisorReportOptions,
  answer: (message: Buffer) => void,
): void {
  if (!('kind' in record)) {
    const { rule: number, question, generation, ...access } = record;
    if (number === GUARD_RULE) {
      onRefused?.({ ...access, rule: crashGuardSource });
      return;
    }
    const planned = policy === undefined ? rules[number] : policy.ruleAt(generation, number);
    if (planned === undefined) throw new RangeError('The supervisor names a rule that there is not');
    const refusal = { ...access, rule: planned.source };
    if (question === undefined) onRefused?.(refusal);
    else void answerTo(onAccess, refusal, planned).then((yes) => answer(writeAnswer(question, yes)));
    return;
  }
  if (policy === undefined) throw new RangeError('The supervisor changes rules that do not change');
  if (record.kind === 'switched') policy.switched(record);
  else void policy.answer(record).then((errno) => answer(writeChangeAnswer(record.question, errno)));
}

/** Asks; an error is no answer, and none in time is no. */
async function answerTo(
  onAccess: SupervisorReportOptions['onAccess'],
  { time, pid, executable, category, path, rule }: AccessRefusal,
  planned: Rule,
): Promise<boolean> {
  if (onAccess === undefined) return false;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), PATIENCE);
  });
  try {
    const question = { time, pid, executable, category, path, rule };
    return (await Promise.race([onAccess(question, planned), late])) === true;
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}
