import { createHash } from 'node:crypto';

/** The hash before the first record: nothing. */
export const NO_HASH = '0'.repeat(64);

/** A record of an audit stream: one line of JSON, whose hash is over its line without `hash`, and so over the one before. */
export type AuditRecord = {
  /** From 0, without gaps. */
  readonly index: number;
  readonly time: string;
  readonly type: string;
  readonly data: unknown;
  /** The hash of the record before, or `NO_HASH`. */
  readonly previous: string;
  /** SHA-256 of all the above, in hexadecimal. */
  readonly hash: string;
};

/** Makes the line of a record, without a line end, and its hash. */
export function makeRecord(record: Omit<AuditRecord, 'hash'>): {
  readonly line: string;
  readonly hash: string;
} {
  const { index, time, type, data, previous } = record;
  const text = JSON.stringify({ index, time, type, data, previous });
  const hash = hashOf(text);
  return { line: `${text.slice(0, -1)},"hash":"${hash}"}`, hash };
}

/** The end of a line, which holds its hash: `,"hash":"…"}`. */
const TAIL = /^,"hash":"([0-9a-f]{64})"\}$/;
const TAIL_LENGTH = 75;

/** The parts of a line that are checked; `undefined` when it is no record, or its hash is not that of its text. */
export function checkRecord(
  line: string,
):
  | { readonly index: number; readonly previous: string; readonly hash: string; readonly type: string }
  | undefined {
  const [, hash] = TAIL.exec(line.slice(-TAIL_LENGTH)) ?? [];
  const text = `${line.slice(0, -TAIL_LENGTH)}}`;
  if (hash === undefined || hashOf(text) !== hash) return undefined;
  try {
    const { index, previous, type }: Record<string, unknown> = JSON.parse(text);
    if (typeof index !== 'number' || typeof previous !== 'string' || typeof type !== 'string')
      return undefined;
    return { index, previous, hash, type };
  } catch {
    return undefined;
  }
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
