import { Fields, LIMITS, type ReadContext } from './fields.ts';
import { readSize } from './quantity.ts';
import type { Written } from './written.ts';

/** Limits on all connections of a program together. */
export type NetworkLimits = {
  /** The most connections and flows of datagrams at once. */
  readonly connections?: number;
  /** The most new ones within a second. */
  readonly connectionsPerSecond?: number;
  /** Bytes within a second, in both directions together. */
  readonly bytesPerSecond?: number;
  /** Bytes from start to end, in both directions together. */
  readonly bytes?: number;
};

/** The names of these limits in a document. */
export const networkLimitNames: readonly string[] = [
  'connections',
  'connections_per_second',
  'bytes_per_second',
  'bytes',
];

/** The most connections that the process which carries them can hold. */
export const MAX_CONNECTIONS = 16_384;

const MAX_BYTES = 2 ** 50;
const MIN_BYTES_PER_SECOND = 1024;

/** Reads `limits` of a network. */
export function readNetworkLimits(
  written: Written | undefined,
  outer: Fields,
  context: ReadContext,
): NetworkLimits {
  if (written === undefined) return {};
  const fields = Fields.read(written, networkLimitNames, {
    ...context,
    subject: LIMITS,
    position: outer.at('limits'),
  });
  if (fields === undefined) return {};
  const connections = fields.integer('connections', 1, MAX_CONNECTIONS);
  const connectionsPerSecond = fields.integer('connections_per_second', 1, 1_000_000);
  const bytesPerSecond = readSize(fields, 'bytes_per_second', MIN_BYTES_PER_SECOND, MAX_BYTES);
  const bytes = readSize(fields, 'bytes', 1, MAX_BYTES);
  return {
    ...(connections !== undefined && { connections }),
    ...(connectionsPerSecond !== undefined && { connectionsPerSecond }),
    ...(bytesPerSecond !== undefined && { bytesPerSecond }),
    ...(bytes !== undefined && { bytes }),
  };
}
