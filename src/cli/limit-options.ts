import type { CommandOptions, HostsOptions } from '../resources/constructors.ts';
import { limitNames } from '../resources/limits.ts';
import { networkLimitNames } from '../resources/network-limits.ts';
import { spell } from '../resources/spelling.ts';
import { type ParsedOptions, UsageError } from './options.ts';

/** Limits whose value is a number; the others are texts with a unit. */
const COUNTED: ReadonlySet<string> = new Set([
  'threads',
  'processes',
  'cpus',
  'open_files',
  'connections',
  'connections_per_second',
]);

/**
 * Reads the limits of `--limit`.
 *
 * @throws UsageError
 */
export function limitsOf(given: ParsedOptions): NonNullable<CommandOptions['limits']> {
  return Object.fromEntries(namedValues(given, '--limit', limitNames, 'memory=64MiB').map(limitOf));
}

/**
 * Reads the limits of `--net-limit`; `undefined` for none.
 *
 * @throws UsageError
 */
export function networkLimitsOf(given: ParsedOptions): HostsOptions['limits'] {
  const limits = namedValues(given, '--net-limit', networkLimitNames, 'connections=100');
  return limits.length > 0 ? Object.fromEntries(limits.map(limitOf)) : undefined;
}

/** The values of an option that takes NAME=VALUE, with names out of a list. */
function namedValues(
  given: ParsedOptions,
  option: string,
  names: readonly string[],
  example: string,
): readonly (readonly [name: string, value: string])[] {
  return given.all(option).map((text) => {
    const [name = '', value, ...more] = text.split('=');
    if (value === undefined || more.length > 0)
      throw new UsageError(`A limit is given as NAME=VALUE, such as ${example}, not '${text}'`);
    if (!names.includes(name))
      throw new UsageError(
        `There is no limit '${name}'; there are ${names.slice(0, -1).join(', ')} and ${names.at(-1)}`,
      );
    return [name, value];
  });
}

function limitOf([name, value]: readonly [string, string]): readonly [string, string | number] {
  return [spell(name, 'object'), COUNTED.has(name) ? numberOf(name, value) : value];
}

function numberOf(name: string, text: string): number {
  if (/^\d{1,9}(?:\.\d{1,6})?$/.test(text)) return Number(text);
  throw new UsageError(`Limit '${name}' is a number, not '${text}'`);
}
