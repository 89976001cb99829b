import { OURS, type Result } from './report.ts';

/** A bound on our figure: against a peer's in the same run, or by itself in the unit of the result. */
type Bound =
  | { readonly kind: 'at most'; readonly times: number; readonly of: string }
  | { readonly kind: 'at least'; readonly times: number; readonly of: string }
  | { readonly kind: 'at most more'; readonly by: number; readonly than: string }
  | { readonly kind: 'no more than'; readonly value: number };

/** A goal of a row. The reason, written by hand, says what stands in its way; it is printed where the goal is missed. */
export type Aim = Bound & { readonly reason: string };

/** Aims at no more than so many times the figure of a peer. */
export function atMost(times: number, of: string, reason: string): Aim {
  return { kind: 'at most', times, of, reason };
}

/** Aims at no less than so many times the figure of a peer. */
export function atLeast(times: number, of: string, reason: string): Aim {
  return { kind: 'at least', times, of, reason };
}

/** Aims at no more than a peer's figure and so much, in the unit of the result. */
export function atMostMore(by: number, than: string, reason: string): Aim {
  return { kind: 'at most more', by, than, reason };
}

/** Aims at no more than a figure, in the unit of the result. */
export function noMoreThan(value: number, reason: string): Aim {
  return { kind: 'no more than', value, reason };
}

/** The verdict on one aim; `untried` where the peer did not take part. */
export type Verdict = 'reached' | 'missed' | 'untried';

/** Judges an aim by a result. */
export function judge(aim: Aim, { values }: Result): Verdict {
  const ours = values[OURS];
  const peer = aim.kind === 'no more than' ? 0 : values[aim.kind === 'at most more' ? aim.than : aim.of];
  if (ours === undefined || peer === undefined) return 'untried';
  return isWithin(aim, ours, peer) ? 'reached' : 'missed';
}

function isWithin(aim: Aim, ours: number, peer: number): boolean {
  switch (aim.kind) {
    case 'at most':
      return ours <= aim.times * peer;
    case 'at least':
      return ours >= aim.times * peer;
    case 'at most more':
      return ours - peer <= aim.by;
    case 'no more than':
      return ours <= aim.value;
  }
}

/** Writes the bound of an aim in words. */
export function boundText(aim: Aim, { unit }: Result): string {
  switch (aim.kind) {
    case 'at most':
    case 'at least':
      return `${aim.kind} ${aim.times} × ${aim.of}`;
    case 'at most more':
      return `at most ${aim.by} ${unit} over ${aim.than}`;
    case 'no more than':
      return `at most ${aim.value} ${unit}`;
  }
}

/** Writes an aim with its verdict: `at most 1.5 × native: missed: the reason`. */
export function aimText(aim: Aim, result: Result): string {
  const verdict = judge(aim, result);
  return `${boundText(aim, result)}: ${verdict}${verdict === 'missed' ? `: ${aim.reason}` : ''}`;
}
