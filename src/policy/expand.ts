import type { ParsedText } from './parsed.ts';
import type { Unit } from './token.ts';

/** The texts that the braces of one pattern may stand for. */
export const MAX_ALTERNATIVES = 1000;
const MAX_DEPTH = 8;

/** Reads the characters of a pattern and writes its braces out: `a{b,c}` becomes `ab` and `ac`. */
export function expand(text: string): ParsedText<readonly (readonly Unit[])[]> {
  const units: Unit[] = [];
  for (let at = 0; at < text.length; ) {
    const unit = unitAt(text, at);
    if (unit.problem) return unit;
    units.push(unit.value);
    at = unit.value.end;
  }
  const state: State = { units, at: 0, depth: 0, open: [] };
  const all = sequence(state);
  if (all.problem) return all;
  const rest = units[state.at];
  if (rest !== undefined)
    return problem(rest, `The brace '}' closes nothing; write '\\}' for the character itself`);
  return all;
}

type State = { readonly units: readonly Unit[]; at: number; depth: number; readonly open: Unit[] };
type Texts = readonly (readonly Unit[])[];

function sequence(state: State): ParsedText<Texts> {
  let texts: Texts = [[]];
  let inSet = false;
  for (;;) {
    const unit = state.units[state.at];
    if (unit === undefined) return { value: texts };
    if (!unit.plain && !inSet) {
      if (unit.text === '}' || (unit.text === ',' && state.depth > 0)) return { value: texts };
      if (unit.text === '{') {
        const choices = braces(state, unit);
        if (choices.problem) return choices;
        if (texts.length * choices.value.length > MAX_ALTERNATIVES)
          return problem(unit, `The braces of a pattern stand for at most ${MAX_ALTERNATIVES} texts`);
        texts = texts.flatMap((text) => choices.value.map((choice) => [...text, ...choice]));
        continue;
      }
    }
    if (!unit.plain && unit.text === '[') inSet = true;
    else if (!unit.plain && unit.text === ']') inSet = false;
    texts = texts.map((text) => [...text, unit]);
    state.at++;
  }
}

function braces(state: State, open: Unit): ParsedText<Texts> {
  if (++state.depth > MAX_DEPTH) return problem(open, `Braces lie at most ${MAX_DEPTH} deep in each other`);
  const choices: (readonly Unit[])[] = [];
  do {
    state.at++;
    const texts = sequence(state);
    if (texts.problem) return texts;
    choices.push(...texts.value);
    if (choices.length > MAX_ALTERNATIVES)
      return problem(open, `The braces of a pattern stand for at most ${MAX_ALTERNATIVES} texts`);
  } while (state.units[state.at]?.text === ',');
  if (state.units[state.at] === undefined)
    return problem(open, `The brace '{' is not closed; write '\\{' for the character itself`);
  state.at++;
  state.depth--;
  return { value: choices };
}

function unitAt(text: string, start: number): ParsedText<Unit> {
  const character = String.fromCodePoint(text.codePointAt(start) ?? 0);
  const unit = (length: number, plain: boolean, shown = character): ParsedText<Unit> => ({
    value: { text: shown, plain, start, end: start + length },
  });
  if (character === '\0') return problem({ start, end: start + 1 }, 'A path has no NUL in it');
  if (character !== '\\') return unit(character.length, false);
  const hex = /^x([\da-f]{2})/i.exec(text.slice(start + 1, start + 4))?.[1];
  if (hex !== undefined) {
    const byte = Number.parseInt(hex, 16);
    if (byte === 0) return problem({ start, end: start + 4 }, 'A path has no NUL in it');
    return { value: { text: String.fromCharCode(byte), byte, plain: true, start, end: start + 4 } };
  }
  const next = text.codePointAt(start + 1);
  if (next === undefined)
    return problem(
      { start, end: start + 1 },
      `A backslash stands before the character that it is about; write '\\\\' for itself`,
    );
  const meant = String.fromCodePoint(next);
  return unit(1 + meant.length, true, meant);
}

/** A fault at a place. */
export function problem({ start, end }: { start: number; end: number }, message: string): ParsedText<never> {
  return { problem: { message, start, end } };
}
