import type { Difference } from './differences.ts';
import type { Result } from './run.ts';
import type { Call } from './script.ts';

/** A call that came out differently. */
export type Mismatch = {
  readonly script: readonly Call[];
  /** Index of the call; the length of the script where only the trees differ. */
  readonly at: number;
  readonly native: string;
  readonly face: string;
};

/** Compares call by call. After the first mismatch of a script, the rest of it says nothing. */
export function compare(
  scripts: readonly (readonly Call[])[],
  native: Result,
  face: Result,
  differences: readonly Difference[],
): Mismatch[] {
  const found: Mismatch[] = [];
  let line = 0;
  scripts.forEach((script, index) => {
    line++;
    const opened = new Map<string, string>();
    const wanted = script.map((_, call) => native.lines[line + call] ?? 'nothing');
    const got = script.map((_, call) => face.lines[line + call] ?? 'nothing');
    line += script.length;
    let over = false;
    const at = script.findIndex((call, number) => {
      if (over) return false;
      const answer = wanted[number] ?? '';
      const known = differences.find((difference) => applies(difference, call, answer, opened));
      if (call[0].startsWith('open') && answer === '0') opened.set(call[4] ?? '', call[3] ?? '');
      over = known?.parts === true && answer !== known.face;
      if (known?.either === true && got[number] === answer) return false;
      return got[number] !== (known?.face ?? answer);
    });
    if (over) return;
    if (at >= 0) found.push({ script, at, native: wanted[at] ?? '', face: got[at] ?? '' });
    else if (native.tree[index] !== face.tree[index]) {
      const [tree = '', other = ''] = [native.tree[index], face.tree[index]];
      found.push({ script, at: script.length, native: tree, face: other });
    }
  });
  return found;
}

function applies(
  { calls, opened, to, native }: Difference,
  [name, slot = '', , , target = '']: Call,
  answer: string,
  modes: ReadonlyMap<string, string>,
): boolean {
  if (calls !== undefined && !calls.includes(name)) return false;
  // A slot that is not open is so for every implementation.
  if (opened !== undefined && (answer === 'none' || !opened.includes(modes.get(slot) ?? ''))) return false;
  if (to !== undefined && !to.test(target)) return false;
  return native === undefined || native === answer;
}

/** A mismatch for people: all calls up to it. */
export function describeMismatch({ script, at, native, face }: Mismatch): string {
  const calls = script
    .slice(0, at + 1)
    .map((call) => `  ${call.map((field) => JSON.stringify(field)).join(' ')}`);
  return `${calls.join('\n')}\n  natively: ${native}\n  here:     ${face}`;
}
