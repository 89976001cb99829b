import { findUnused } from '../../policy/analyze.ts';
import { ruledCategories } from '../../policy/category-table.ts';
import { fixedPart } from '../../policy/fixed-part.ts';
import { beneath, type Pattern, pattern } from '../../policy/pattern.ts';
import { printSocketPattern, type SocketPattern, textsOfSockets } from '../../policy/socket-pattern.ts';
import { SOCKET_CATEGORY, socketRuleOf, type WrittenSocketRule } from '../../policy/socket-rule.ts';
import { TableError } from '../../policy/table-error.ts';
import type { CommandParts } from '../../resources/command.ts';
import { HeldFile, type HeldFiles } from '../../resources/held-files.ts';
import type { Mistakes } from '../../resources/mistake.ts';
import type { Position } from '../../resources/position.ts';
import type { RuleGrant } from '../../resources/rule-grant.ts';
import { spell } from '../../resources/spelling.ts';
import { quote } from '../../resources/written.ts';
import type { CallGroup } from '../../worlds/call-groups.ts';
import type { Warning } from '../plan-types.ts';
import { type NamedDirectory, rulesOfNames } from './name-rules.ts';
import type { PlannedCallRule, PlannedRule } from './planned.ts';
import type { PlannedTree } from './tree.ts';

/** The plan that rules are checked against. */
export type RuleContext = {
  readonly tree: PlannedTree;
  readonly named: readonly NamedDirectory[];
  /** Relative patterns begin here. */
  readonly workingDirectory: string;
  readonly files: HeldFiles;
  readonly mistakes: Mistakes;
  readonly warnings: Warning[];
  /** True in a network of granted names, where a program connects to addresses that stand for them. */
  readonly standIns: boolean;
};

/** Makes the rules of a plan: those of the command, and behind them those of its directories. */
export function planRules({ linux }: CommandParts, context: RuleContext): readonly PlannedRule[] {
  const socketed = namesSockets(linux.rules);
  const rules = [
    ...linux.rules.flatMap((grant) => {
      if (grant.kind === 'paths') return [placeRule(grant, context)];
      if (grant.kind === 'sockets') return [placeSocketRule(grant, grant.rule, context)];
      return socketed && grant.rule.categories.includes(SOCKET_CATEGORY)
        ? [placeSocketRule(grant, socketRuleOf(grant.rule), context)]
        : [];
    }),
    ...context.named.flatMap(rulesOfNames),
  ];
  for (const rule of rules) checkMask(rule, context);
  checkHolders(rules, context);
  checkTogether(rules, context);
  return rules;
}

/** Tells whether rules are about sockets: then those about all connections stand among them, and their order counts. */
function namesSockets(rules: readonly RuleGrant[]): boolean {
  return rules.some(({ kind }) => kind === 'sockets');
}

/** Makes the rules about calls, which a filter holds. */
export function planCallRules(
  { linux, spelling }: CommandParts,
  calls: readonly CallGroup[],
  mistakes: Mistakes,
): readonly PlannedCallRule[] {
  const socketed = namesSockets(linux.rules);
  const rules = linux.rules.flatMap((grant): PlannedCallRule[] => {
    if (grant.kind !== 'calls') return [];
    const { rule, text, place, position } = grant;
    const categories = rule.categories.filter((one) => !socketed || one !== SOCKET_CATEGORY);
    if (categories.length === 0) return [];
    return [{ ...rule, categories, source: { text, place: nameOfPlace(position, place) }, position }];
  });
  const [first] = rules;
  if (first !== undefined && calls.includes('io_uring'))
    mistakes.add(
      `Group 'io_uring' of '${spell('system_calls', spelling)}' cannot be granted with rules about calls: no filter sees its operations`,
      first.position,
      first.source.place,
    );
  return rules;
}

/** Makes patterns absolute. Their fixed beginning is taken without links, because paths are compared resolved. */
function placeRule(
  { rule, text, place, position }: Extract<RuleGrant, { kind: 'paths' }>,
  context: RuleContext,
): PlannedRule {
  const placed = (one: Pattern): Pattern => placePattern(one, context);
  const executables = rule.executables?.map(placed);
  return {
    ...rule,
    patterns: rule.patterns.map(placed),
    ...(executables !== undefined && { executables }),
    source: { text, place: nameOfPlace(position, place) },
    position,
  };
}

function placePattern(one: Pattern, { workingDirectory, tree }: RuleContext): Pattern {
  return withoutLinks(beneath(workingDirectory, one), tree);
}

/** Makes patterns of the texts by which the supervisor knows sockets. */
function placeSocketRule(
  { text, place, position }: RuleGrant,
  { action, sockets, executables }: WrittenSocketRule,
  context: RuleContext,
): PlannedRule {
  const source = { text, place: nameOfPlace(position, place) };
  if (context.standIns && sockets.some((one) => one.kind === 'internet' && (one.prefix?.bits ?? 0) > 0))
    context.warnings.push({
      message: `Rule ${quote(text)} sees the addresses that stand for names here: withhold hosts with '--net-except'`,
      position,
      place: source.place,
    });
  const placed = sockets.map(
    (one): SocketPattern =>
      one.kind === 'unix' ? { kind: 'unix', pattern: placePattern(one.pattern, context) } : one,
  );
  return {
    action,
    categories: [SOCKET_CATEGORY],
    patterns: placed.flatMap(textsOfSockets),
    sockets: placed.map(printSocketPattern),
    ...(executables !== undefined && { executables: executables.map((one) => placePattern(one, context)) }),
    source,
    position,
  };
}

/** Names the place of a rule for refusals: that in a document, or in a file. */
function nameOfPlace(position: Position | undefined, place: string): string {
  return position === undefined ? place : `${position.file}:${position.line}:${position.column}`;
}

function withoutLinks(one: Pattern, tree: PlannedTree): Pattern {
  const names = one.slice(1).split('/');
  const end = names.findIndex((name) => /[\\*?[\]{},]/.test(name));
  for (let count = end < 0 ? names.length : end; count > 0; count--) {
    const found = tree.find(`/${names.slice(0, count).join('/')}`);
    if (found === undefined) continue;
    const rest = names.slice(count).join('/');
    return rest === '' ? beneath('/', pattern(found.at)) : beneath(found.at, pattern(rest));
  }
  return one;
}

function checkMask({ action, position, source }: PlannedRule, { files, mistakes }: RuleContext): void {
  if (action.kind !== 'mask' || action.with.kind !== 'file') return;
  const { path } = action.with;
  const found = files.find(path);
  if (found instanceof HeldFile && found.stats.isFile()) return;
  const reason =
    typeof found === 'string' ? found : found === undefined ? 'no such file' : 'it is not a regular file';
  mistakes.add(`Cannot mask with ${quote(path)}: ${reason}`, position, source.place);
}

/** Mounts hide the same from every process and for every access, so only exceptions from them stand above. */
function checkHolders(rules: readonly PlannedRule[], { mistakes, tree }: RuleContext): void {
  const last = rules.findLastIndex(({ by }) => by === 'mounts');
  const other = rules.find(
    ({ by, action, executables, categories, sockets }, at) =>
      at < last &&
      by === undefined &&
      sockets === undefined &&
      (action.kind !== 'allow' || executables !== undefined || categories.length < ruledCategories.length),
  );
  if (other !== undefined)
    mistakes.add(
      `Rule ${quote(other.source.text)} stands above one that mounts hold, which hide before any rule is asked: move it behind 'by mounts'`,
      other.position,
      other.source.place,
    );
  for (const { by, patterns, source, position } of rules) {
    if (by !== 'mounts') continue;
    const kept = patterns.find(
      (one) => tree.covering(fixedPart(one))?.kind === 'mount' && isKeptAside(fixedPart(one), tree),
    );
    if (kept !== undefined)
      mistakes.add(
        `Cannot hide ${quote(kept)} by mounts: changes there are kept aside, and mounts would hide what was there at first alone`,
        position,
        source.place,
      );
  }
}

function isKeptAside(path: string, tree: PlannedTree): boolean {
  const found = tree.covering(path);
  return found?.kind === 'mount' && found.overlay !== undefined;
}

/** Says which rules are too much together, and which never decide. */
function checkTogether(rules: readonly PlannedRule[], { mistakes, warnings, tree }: RuleContext): void {
  try {
    for (const { rule, by } of findUnused(rules)) {
      const own = rules[rule];
      const other = by === undefined ? undefined : rules[by];
      if (own === undefined) continue;
      const where = other?.position === undefined ? '' : ` (line ${other.position.line})`;
      const reason =
        other === undefined
          ? 'rules above it decide'
          : `${quote(other.source.text)} above it decides${where}`;
      const message = `Rule ${quote(own.source.text)} never matches: ${reason}`;
      warnings.push({ message, position: own.position, place: own.source.place });
    }
  } catch (error) {
    if (!(error instanceof TableError)) throw error;
    const rule = error.rule === undefined ? undefined : rules[error.rule];
    mistakes.add(error.message, rule?.position, rule?.source.place ?? '');
  }
  for (const { patterns, sockets, position, source } of rules) {
    if (sockets !== undefined) continue;
    const lost = patterns.filter((one) => !reaches(one, tree));
    if (lost.length === patterns.length && lost[0] !== undefined)
      warnings.push({
        message: `Rule ${quote(source.text)} is about nothing that the program sees: no grant reaches ${quote(lost[0])}`,
        position,
        place: source.place,
      });
  }
}

/** Tells whether something that is granted may match a pattern. */
function reaches(one: Pattern, tree: PlannedTree): boolean {
  const fixed = fixedPart(one);
  const covering = tree.covering(fixed);
  if (covering !== undefined && covering.kind !== 'directory' && covering.kind !== 'symlink') return true;
  const above = fixed === '/' ? fixed : `${fixed}/`;
  return tree.entries().some(({ at }) => at === fixed || at.startsWith(above));
}
