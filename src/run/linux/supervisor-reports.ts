import { Socket } from 'node:net';
import type { PlannedRule } from '../../plan/linux/planned.ts';
import type { AccessQuestion, AccessRefusal } from '../../process/access-refusal.ts';
import { RecordReader, writeAnswer } from '../../supervisor/records.ts';

/** Decides about an access for which a rule says `ask`. */
export type AnswerAccess = (question: AccessQuestion, rule: PlannedRule) => boolean | Promise<boolean>;

/** Options for reading the records of a supervisor. */
export type SupervisorReportOptions = {
  /** Our end of its socket, which is closed with the program. */
  readonly socket: number;
  readonly rules: readonly PlannedRule[];
  readonly onRefused: ((refusal: AccessRefusal) => void) | undefined;
  /** Answers questions of a rule; without it, every answer is no. */
  readonly onAccess: AnswerAccess | undefined;
  /** Called for bytes that no supervisor writes. */
  readonly onNonsense: () => void;
};

/** Milliseconds after which no answer means no. */
const PATIENCE = 120_000;

/** Passes the records of a supervisor on and answers its questions, until its program has ended. */
export function followSupervisor(options: SupervisorReportOptions): void {
  const { socket, rules, onRefused, onAccess, onNonsense } = options;
  const reader = new RecordReader();
  const stream = new Socket({ fd: socket, readable: true, writable: true });
  stream.on('error', () => undefined);
  stream.on('data', (chunk: Buffer) => {
    try {
      for (const { rule: number, question, ...record } of reader.read(chunk)) {
        const planned = rules[number];
        if (planned === undefined) throw new RangeError('The supervisor names a rule that there is not');
        const rule = planned.source;
        if (question === undefined) {
          onRefused?.({ ...record, rule });
          continue;
        }
        void answerTo(onAccess, { ...record, rule }, planned).then((yes) => {
          if (!stream.destroyed) stream.write(writeAnswer(question, yes));
        });
      }
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      stream.destroy();
      onNonsense();
    }
  });
}

/** Asks; an error is no answer, and none in time is no. */
async function answerTo(
  onAccess: SupervisorReportOptions['onAccess'],
  { time, pid, executable, category, path, rule }: AccessRefusal,
  planned: PlannedRule,
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
