import { type AnyRule, parseAnyRule } from './any-rule.ts';
import type { Problem } from './parsed.ts';
import { splitRuleWords } from './split-words.ts';

/** A line of a policy file that says something; lines count from 1. */
export type PolicyLine = { readonly line: number; readonly text: string } & (
  | { readonly kind: 'rule'; readonly rule: AnyRule }
  /** `include FILE`: the rules of a file stand in its place. */
  | { readonly kind: 'include'; readonly path: string; readonly start: number; readonly end: number }
  | { readonly kind: 'problem'; readonly problem: Problem }
);

/** Reads the text of a policy: one rule a line, `#` before comments, `include FILE`. */
export function parsePolicy(text: string): readonly PolicyLine[] {
  return text.split(/\r?\n/).flatMap((line, index): readonly PolicyLine[] => {
    const [first, file, more] = splitRuleWords(line);
    if (first === undefined) return [];
    const place = { line: index + 1, text: line };
    if (first.text === 'include') {
      const problem = (message: string, { start, end }: Pick<Problem, 'start' | 'end'>): PolicyLine => ({
        ...place,
        kind: 'problem',
        problem: { message, start, end },
      });
      if (file === undefined) return [problem("'include' needs the path of a file", first)];
      if (more !== undefined)
        return [problem("'include' takes one file; write '\\ ' for a blank in its name", more)];
      const { start, end } = file;
      return [{ ...place, kind: 'include', path: file.text.replace(/\\(.)/g, '$1'), start, end }];
    }
    const { value, problem } = parseAnyRule(line);
    return [problem ? { ...place, kind: 'problem', problem } : { ...place, kind: 'rule', rule: value }];
  });
}
