import type { ReachedLimit } from '../host/pump/records.ts';

/** The names of limits in a document; `room` is that of the process that carries connections. */
export const reachedLimitNames: Readonly<Record<ReachedLimit, string>> = {
  'at once': 'connections',
  'per second': 'connections_per_second',
  speed: 'bytes_per_second',
  total: 'bytes',
  room: 'room for connections',
};
