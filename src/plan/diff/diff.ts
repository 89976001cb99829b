import { printable } from '../../text/printable.ts';
import { childPlansOf } from '../child-plans.ts';
import type { Plan } from '../plan-types.ts';
import type { Gain } from './gain.ts';
import { networkGains } from './network-gains.ts';
import { otherGains } from './other-gains.ts';
import { pathGains } from './path-gains.ts';

/** The difference between the grants of two plans of one program. */
export type GrantsDifference = {
  /** Uses that the second plan allows and the first does not; where it cannot be told, they are listed. */
  readonly added: readonly Gain[];
  /** The reverse. */
  readonly removed: readonly Gain[];
};

/** Compares the grants of two plans. */
export function compareGrants(before: Plan, after: Plan): GrantsDifference {
  return { added: gains(after, before), removed: gains(before, after) };
}

function gains(wide: Plan, narrow: Plan): readonly Gain[] {
  return [
    ...pathGains(wide, narrow),
    ...networkGains(wide, narrow),
    ...otherGains(wide, narrow),
    ...childGains(wide, narrow),
  ];
}

/** Gains of programs that are started too. One that only one plan starts is a gain of its descriptor. */
function childGains(wide: Plan, narrow: Plan): readonly Gain[] {
  return childPlansOf(wide).flatMap(({ from, plan }) => {
    const found = childPlansOf(narrow)
      .filter((other) => other.from === from)
      .map((other) => gains(plan, other.plan));
    const least = found.toSorted((a, b) => a.length - b.length)[0] ?? [];
    return least.map((gain): Gain => ({ ...gain, what: `${from}: ${gain.what}` }));
  });
}

/** A difference as lines for people. */
export function describeDifference(
  { added, removed }: GrantsDifference,
  [a, b]: readonly [string, string],
): readonly string[] {
  if (added.length + removed.length === 0) return [printable(`${a} and ${b} grant the same.`)];
  const part = (first: string, second: string, all: readonly Gain[]): readonly string[] =>
    all.length === 0
      ? []
      : [`With ${first} it may, and with ${second} it may not:`, ...all.map(describeGain)];
  return [...part(b, a, added), ...part(a, b, removed)].map((line) => printable(line));
}

function describeGain({ what, position }: Gain): string {
  const where = position === undefined ? '' : `  (${position.file}:${position.line}:${position.column})`;
  return `  ${what}${where}`;
}

/** A difference as JSON. Names are stable. */
export type DifferenceJson = {
  /** True if the second widens the first. */
  readonly widens: boolean;
  readonly added: readonly GainJson[];
  readonly removed: readonly GainJson[];
};

type GainJson = Pick<Gain, 'kind' | 'what'> & {
  readonly position: { readonly file: string; readonly line: number; readonly column: number } | null;
};

/** The plain data of a difference. */
export function differenceToJson({ added, removed }: GrantsDifference): DifferenceJson {
  const each = ({ kind, what, position }: Gain): GainJson => ({
    kind,
    what,
    position:
      position === undefined ? null : { file: position.file, line: position.line, column: position.column },
  });
  return { widens: added.length > 0, added: added.map(each), removed: removed.map(each) };
}
