import { formatDuration, formatSize, parseDuration, parseSize } from '../text/units.ts';
import type { Fields } from './fields.ts';

/** Reads a size: a number of bytes or a text such as `64 MiB`. Returns bytes. */
export function readSize(fields: Fields, key: string, minimum: number, maximum: number): number | undefined {
  const written = fields.get(key);
  if (written === undefined) return undefined;
  const value = written.kind === 'scalar' ? written.value : undefined;
  const bytes = typeof value === 'string' ? parseSize(value) : value;
  if (typeof bytes !== 'number' || !Number.isSafeInteger(bytes))
    return fields.expected(key, "a size such as '64 MiB'", written);
  if (bytes < minimum || bytes > maximum)
    return fields.expected(key, `a size from ${formatSize(minimum)} to ${formatSize(maximum)}`, written);
  return bytes;
}

/** Reads a duration such as `10s`; a bare number is refused, because it could mean anything. Returns milliseconds. */
export function readDuration(
  fields: Fields,
  key: string,
  minimum: number,
  maximum: number,
): number | undefined {
  const written = fields.get(key);
  if (written === undefined) return undefined;
  const value = written.kind === 'scalar' ? written.value : undefined;
  const milliseconds = typeof value === 'string' ? parseDuration(value) : undefined;
  if (milliseconds === undefined)
    return fields.expected(key, "a duration with its unit such as '10s'", written);
  if (milliseconds < minimum || milliseconds > maximum)
    return fields.expected(
      key,
      `a duration from ${formatDuration(minimum)} to ${formatDuration(maximum)}`,
      written,
    );
  return milliseconds;
}
