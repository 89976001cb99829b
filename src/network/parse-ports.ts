import { printable } from '../text/printable.ts';
import type { Parsed } from './parsed.ts';
import { joinRanges, MAX_PORT, type PortRange } from './rule.ts';

/** More ports and ranges than this are not read. */
const MAX_ITEMS = 256;

/**
 * Reads ports: `443`, `80,443`, `8000-8010`.
 *
 * @param at The place in the rule where the text begins.
 */
export function parsePorts(text: string, at: number): Parsed<readonly PortRange[]> {
  const items = text.split(',', MAX_ITEMS + 1);
  if (items.length > MAX_ITEMS)
    return wrong(`A rule has at most ${MAX_ITEMS} ports and ranges`, at, at + text.length);
  const ranges: PortRange[] = [];
  let start = at;
  for (const item of items) {
    const end = start + item.length;
    const [, firstText = '', lastText] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(item) ?? [];
    const first = Number(firstText);
    const last = lastText === undefined ? first : Number(lastText);
    if (firstText === '' || first < 1 || last > MAX_PORT || first > MAX_PORT)
      return wrong(problemOf(item), start, end);
    if (last < first)
      return wrong(
        `The range of ports '${item}' ends before it begins; write '${last}-${first}'`,
        start,
        end,
      );
    ranges.push({ first, last });
    start = end + 1;
  }
  return { value: joinRanges(ranges) };
}

/** The ports behind names that users write for them. */
const known: Readonly<Record<string, number>> = {
  http: 80,
  https: 443,
  ssh: 22,
  dns: 53,
  domain: 53,
  postgres: 5432,
  postgresql: 5432,
  mysql: 3306,
  redis: 6379,
};

function problemOf(item: string): string {
  const range = `a number from 1 to ${MAX_PORT} or a range such as 8000-8010`;
  if (item === '') return `A port is missing; it is ${range}`;
  if (item === '*') return `A port is ${range}; for all ports write '1-${MAX_PORT}'`;
  const port = Object.hasOwn(known, item.toLowerCase()) ? known[item.toLowerCase()] : undefined;
  if (port !== undefined) return `A port is ${range}; write '${port}' instead of '${item}'`;
  return `A port is ${range}, not '${printable(item, 40)}'`;
}

function wrong(message: string, start: number, end: number): Parsed<never> {
  return { problem: { message, start, end } };
}
