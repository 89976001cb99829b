import type { Readable } from 'node:stream';
import type { Plan } from '../plan/plan-types.ts';
import type { ExitReason } from './exit-reason.ts';
import { explainCall, explainRefusal, type Refusal } from './refusal.ts';
import { type Report, ReportReader } from './report.ts';

/** The report of a program's process about its end. */
export type LastWord = Exclude<Report, { is: 'refused' | 'refused call' }>;

/** The reason for which a process is killed that sends a malformed report. */
export const badReport: ExitReason = {
  kind: 'failed',
  code: 'bad_report',
  message: 'The process sent a malformed report and was killed',
};

/** Finds the last word among all reports of a process; `nonsense` if one is malformed. */
export function lastWord(reports: string): LastWord | 'nonsense' | undefined {
  let last: LastWord | undefined;
  for (const report of new ReportReader().read(reports)) {
    if (report === undefined) return 'nonsense';
    if (report.is !== 'refused' && report.is !== 'refused call') last = report;
  }
  return last;
}

/** Reads the reports of a program's process. */
export class ReportStream {
  /** Resolves when nothing more can come. */
  readonly ended: Promise<void>;
  #last: LastWord | undefined;
  #quiet = true;

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
      this.#quiet = false;
      for (const report of reader.read(chunk)) {
        if (report === undefined) {
          onNonsense(badReport);
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

  /** True as long as nothing has come. */
  get isQuiet(): boolean {
    return this.#quiet;
  }

  /** The last word of the process itself. */
  get last(): LastWord | undefined {
    return this.#last;
  }
}
