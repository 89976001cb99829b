import { coversHost, coversRule } from '../network/covers.ts';
import { parseHost } from '../network/parse-host.ts';
import { parseException, parseRule } from '../network/parse-rule.ts';
import type { Parsed } from '../network/parsed.ts';
import { printException, printHost, printRule } from '../network/print-rule.ts';
import type { HostPattern, NetworkException, NetworkRule } from '../network/rule.ts';
import { fixedLimit, type Limit } from './limit.ts';
import { integerShape, listShape, ShapeError, textShape, type WireShape } from './shape.ts';

/** The most rules of a list. */
const MOST_RULES = 256;

const text = textShape(1200);

function parsedShape<Value>(
  words: string,
  samples: readonly string[],
  parse: (text: string) => Parsed<Value>,
  print: (value: Value) => string,
): WireShape<Value> {
  return {
    words,
    type: 'string',
    samples,
    read: (value, path) => {
      const { value: found, problem } = parse(text.read(value, path));
      if (problem) throw new ShapeError(path, `expects ${words}: ${problem.message}`);
      return found;
    },
    write: print,
  };
}

const ruleShape = parsedShape(
  "a rule such as 'example.org:443'",
  ['example.org:443', '*.example.org:80,443', '10.0.0.0/8:1-1024/udp', 'a.example.org:443', 'public:443'],
  parseRule,
  printRule,
);

const exceptionShape = parsedShape(
  "a rule such as '10.0.0.0/8' or 'example.org:80'",
  ['10.0.0.0/8', 'example.org:443', '10.1.0.0/16'],
  parseException,
  printException,
);

const hostShape = parsedShape(
  "a name such as 'example.org' or '*.example.org'",
  ['example.org', '*.example.org', '**.org'],
  parseHost,
  printHost,
);

/** Rules of hosts and ports of which one must allow. */
export function rulesLimit(about: string): Limit<readonly NetworkRule[]> {
  return {
    ...listShape(ruleShape, MOST_RULES),
    about,
    covers: (outer, inner) => inner.every((rule) => coversRule(outer, rule)),
  };
}

/** Rules of which none may be about it: the narrower ones are about more. */
export function networkExceptionsLimit(about: string): Limit<readonly NetworkException[]> {
  return {
    ...listShape(exceptionShape, MOST_RULES),
    about,
    covers: (outer, inner) => outer.every((kept) => inner.some((one) => coversException(one, kept))),
  };
}

function coversException(outer: NetworkException, inner: NetworkException): boolean {
  // A class or a wide pattern of names is compared by what it says, and not by what it is about.
  if (outer.all)
    return printHost(outer.host) === printHost(inner.host) || coversAddresses(outer.host, inner.host);
  return !inner.all && printException(outer) === printException(inner);
}

function coversAddresses(outer: HostPattern, inner: HostPattern): boolean {
  return outer.kind === 'prefix' && inner.kind === 'prefix' && coversHost(outer, inner);
}

/** A greatest number of connections or bytes, which the launcher counts for all channels of a grant together. */
export function countedLimit(about: string, least: number, most: number): Limit<number> {
  return fixedLimit(
    `${about} It is counted for all channels of the grant together.`,
    integerShape(least, most),
  );
}

/** Names of hosts. */
export function hostsLimit(about: string): Limit<readonly HostPattern[]> {
  return {
    ...listShape(hostShape, MOST_RULES),
    about,
    covers: (outer, inner) => inner.every((host) => outer.some((kept) => coversHost(kept, host))),
  };
}
