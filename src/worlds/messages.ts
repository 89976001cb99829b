import type { CallList, Step } from '../host/processes/call-list.ts';
import { LIST_ADDRESS } from '../host/processes/launch-stub.ts';
import { readUsage } from '../host/processes/spawn.ts';
import { EndReport } from './init.ts';

/** The reports of a first process. */
export type StartMessage =
  /** A step of the list could not be done; the program was not started. */
  | { readonly kind: 'failed'; readonly step: Step; readonly errno: number }
  /** The program has ended. */
  | {
      readonly kind: 'ended';
      /** As wait(2) has it. */
      readonly status: number;
      /** Bytes that the largest of its processes had. */
      readonly maximumMemory: number;
      /** Milliseconds of all its processes together. */
      readonly cpuTime: number;
    };

const FAILURE_BYTES = 16;

/** Reads the bytes that have arrived so far; of several messages, a failure counts. `undefined` while there is none. */
export function readMessages(bytes: Buffer, list: CallList): StartMessage | undefined {
  let found: StartMessage | undefined;
  for (let at = 0; at + FAILURE_BYTES <= bytes.length; ) {
    const record = Number(bytes.readBigUInt64LE(at));
    if (record !== 0) {
      const failure = list.failure(LIST_ADDRESS, record, Number(bytes.readBigInt64LE(at + 8)));
      if (failure !== undefined) return { kind: 'failed', ...failure };
      at += FAILURE_BYTES;
      continue;
    }
    if (at + EndReport.bytes > bytes.length) return found;
    const view = new DataView(bytes.buffer, bytes.byteOffset + at, EndReport.bytes);
    const status = view.getInt32(EndReport.status, true);
    found = { kind: 'ended', status, ...readUsage(view, EndReport.usage) };
    at += EndReport.bytes;
  }
  return found;
}
