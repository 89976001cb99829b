import { parseDecimal, printDecimal } from './decimal.ts';
import { Timestamp } from './value.ts';

const NANOSECONDS = 1_000_000_000n;
const DAY_MS = 86_400_000;
const FIRST_YEAR = yearStart(0);
const LAST_YEAR_END = yearStart(10000);

/**
 * Reads a time as YAML's timestamp type writes it, or a bare count of nanoseconds with the unit `ns`
 * for what no four-digit year reaches.
 *
 * @returns `undefined` when `text` is neither.
 *
 * @example
 * ```ts
 * parseTimestamp('2001-12-14T21:59:43.1-05:00');
 * parseTimestamp('2001-12-14');
 * parseTimestamp('-5ns');
 * ```
 */
export function parseTimestamp(text: string): Timestamp | undefined {
  if (/^[-+]?[0-9]+ns$/.test(text)) {
    const nanoseconds = parseDecimal(text.slice(0, -2));
    return nanoseconds === undefined ? undefined : new Timestamp(BigInt(nanoseconds));
  }
  const match = DATE.exec(text);
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0] = match.slice(1, 4).map(Number);
  const [hour = 0, minute = 0, second = 0] = match.slice(4, 7).map((part) => Number(part ?? 0));
  const date = new Date(yearStart(year));
  date.setUTCMonth(month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const offset = zoneOffset(match[8] ?? 'Z');
  if (offset === undefined) return undefined;
  const seconds = date.getTime() / 1000 + hour * 3600 + minute * 60 + second - offset;
  const fraction = BigInt((match[7] ?? '').padEnd(9, '0'));
  return new Timestamp(BigInt(seconds) * NANOSECONDS + fraction);
}

/** Writes a time so that {@link parseTimestamp} reads the same one: UTC, all nine digits if any. */
export function formatTimestamp({ nanoseconds }: Timestamp): string {
  const fraction = ((nanoseconds % NANOSECONDS) + NANOSECONDS) % NANOSECONDS;
  const milliseconds = Number((nanoseconds - fraction) / 1_000_000n);
  if (!(milliseconds >= FIRST_YEAR && milliseconds < LAST_YEAR_END)) return `${printDecimal(nanoseconds)}ns`;
  const text = new Date(milliseconds).toISOString().slice(0, 19);
  const digits = fraction === 0n ? '' : `.${String(fraction).padStart(9, '0').replace(/0+$/, '')}`;
  return `${text}${digits}Z`;
}

const DATE =
  /^([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:(?:[Tt]|[ \t]+)([0-9]{1,2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{0,9}))?(?:[ \t]*(Z|[-+][0-9]{1,2}(?::?[0-9]{2})?))?)?$/;

/** The offset from UTC in seconds. */
function zoneOffset(zone: string): number | undefined {
  if (zone === 'Z') return 0;
  const match = /^([-+])([0-9]{1,2}):?([0-9]{2})?$/.exec(zone);
  if (match === null) return undefined;
  const hours = Number(match[2]);
  const minutes = Number(match[3] ?? 0);
  if (hours > 23 || minutes > 59) return undefined;
  return (match[1] === '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
}

/** Milliseconds since 1970 at which a year starts; years below 100 need the way around Date.UTC. */
function yearStart(year: number): number {
  return Date.UTC(2000 + (year % 400), 0, 1) + Math.floor(year / 400 - 5) * 146097 * DAY_MS;
}
