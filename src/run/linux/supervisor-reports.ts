import { Socket } from 'node:net';
import type { PlannedRule } from '../../plan/linux/planned.ts';
import type { AccessRefusal } from '../../process/access-refusal.ts';
import { RecordReader } from '../../supervisor/records.ts';

/** Options for reading the records of a supervisor. */
export type SupervisorReportOptions = {
  /** Our end of its socket, which is closed with the program. */
  readonly socket: number;
  readonly rules: readonly PlannedRule[];
  readonly onRefused: ((refusal: AccessRefusal) => void) | undefined;
  /** Called for bytes that no supervisor writes. */
  readonly onNonsense: () => void;
};

/** Passes the records of a supervisor on, until its program has ended. */
export function followSupervisor({ socket, rules, onRefused, onNonsense }: SupervisorReportOptions): void {
  const reader = new RecordReader();
  const stream = new Socket({ fd: socket, readable: true, writable: false });
  stream.on('error', () => undefined);
  stream.on('data', (chunk: Buffer) => {
    try {
      for (const { rule, ...record } of reader.read(chunk)) {
        const source = rules[rule]?.source;
        if (source === undefined) throw new RangeError('The supervisor names a rule that there is not');
        onRefused?.({ ...record, rule: source });
      }
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      stream.destroy();
      onNonsense();
    }
  });
}
