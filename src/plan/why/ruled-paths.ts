import { bytesOf } from '../../host/files/host-path.ts';
import type { Category } from '../../policy/category.ts';
import { Matcher } from '../../policy/decide.ts';
import { printFileRule } from '../../policy/print-rule.ts';
import { compileTable } from '../../policy/table.ts';
import { look } from '../../resources/file-kind.ts';
import type { PlannedRule } from '../linux/planned.ts';
import { Wall } from '../wall-names.ts';
import { refused } from './answers.ts';
import type { SeenPlace } from './seen-files.ts';
import type { DecidingLine, PathAccess, UseAnswer } from './use.ts';

/**
 * Answers by the rules of a program about a path that grants allow. Rules for some executables only are not applied, and
 * are noted.
 */
export function answerByRules(
  rules: readonly PlannedRule[],
  kind: PathAccess,
  place: SeenPlace,
  granted: UseAnswer,
): UseAnswer {
  if (rules.length === 0 || !granted.allowed) return granted;
  const matcher = new Matcher(compileTable(rules, () => undefined));
  const category = categoryOf(kind, place);
  const { rule: number } = matcher.decide(category, bytesOf(place.at));
  const conditional = matcher.conditionalCategories().includes(category);
  const notes = conditional ? ['rules for some executables only may decide otherwise'] : [];
  const rule = number === undefined ? undefined : rules[number];
  const left = { ...granted, notes: [...granted.notes, ...notes] };
  if (rule === undefined) return left;
  const answer = refused(
    reasonOf(rule),
    lineOf(rule),
    [rule.by === 'mounts' ? Wall.covers : Wall.supervisor],
    undefined,
  );
  switch (rule.action.kind) {
    case 'allow':
    case 'log':
      return left;
    case 'append':
      return kind === 'write'
        ? { ...left, notes: [...left.notes, 'it can be written at its end only'] }
        : left;
    case 'mask':
      return kind === 'read' ? { ...left, notes: [...left.notes, reasonOf(rule)] } : answer;
    default:
      return { ...answer, notes };
  }
}

function categoryOf(kind: PathAccess, { host, missing }: SeenPlace): Category {
  if (kind === 'exec') return 'exec';
  if (kind === 'write') return missing > 0 ? 'create' : 'write';
  const stats = host === undefined ? undefined : look(host);
  return typeof stats === 'object' && stats.isDirectory() ? 'readdir' : 'read';
}

function lineOf(rule: PlannedRule): DecidingLine {
  const { source, position } = rule;
  const text = printFileRule(rule);
  const place = position === undefined ? source.place : 'rules';
  return { place, grant: text, option: `--rule ${JSON.stringify(source.text)}`, position };
}

function reasonOf({ action }: PlannedRule): string {
  switch (action.kind) {
    case 'hide':
      return 'a rule hides it';
    case 'mask':
      return action.with.kind === 'empty' ? 'a rule shows an empty file' : `a rule shows ${action.with.path}`;
    case 'ask':
      return 'a rule has a person asked';
    case 'stop':
    case 'kill':
      return `a rule answers with SIG${action.kind === 'kill' ? 'KILL' : 'STOP'}`;
    default:
      return 'a rule refuses it';
  }
}
