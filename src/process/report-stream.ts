import type { Readable } from 'node:stream';
import type { Plan } from '../plan/plan-types.ts';
import type { ExitReason } from './exit-reason.ts';
import { explainCall, explainRefusal, type Refusal } from './refusal.ts';
import { type Report, ReportReader } from './report.ts';

/** The report of a program's process about its end. */
export type LastWord = Exclude<Report, { is: 'refused' | 'refused call' }>;

/** Reads the reports of a program's process. */
export class ReportStream {
  /** Resolves when nothing more can come. */
  readonly ended: Promise<void>;
  #last: LastWord | undefined;

  /**
   * @param onRefused Called for each refusal.
   * @param onNonsense Called for a malformed report: the process is to be ended for that reason.
   */
  constructor(
    stream: Readable,
    plan: Plan,
    onRefused: ((refusal: Refusal) => void) | undefined,
    onNonsense: (reason: ExitReason) => void,
  ) {
    const reader = new ReportReader();
    stream.setEncoding('utf8');
    stream.on('error', () => undefined);
    stream.on('data', (chunk: string) => {
      for (const report of reader.read(chunk)) {
        if (report === undefined) {
          onNonsense({
            kind: 'failed',
            code: 'bad_report',
            message: 'The process sent a malformed report and was killed',
          });
          return;
        }
        if (report.is === 'refused') onRefused?.(explainRefusal(plan, report.refusal));
        else if (report.is === 'refused call') onRefused?.(explainCall(plan, report.refusal));
        else this.#last = report;
      }
    });
    this.ended = new Promise((resolve) => {
      stream.once('close', resolve);
    });
  }

  /** The last word of the process itself. */
  get last(): LastWord | undefined {
    return this.#last;
  }
}
