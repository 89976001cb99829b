import type { CallItem, Spec, ValueItem } from '../../spec/model.ts';
import { anchorOf, joinWords, linkLine, linkProse, linkTo, table, target } from './links.ts';
import { showGuard, showPath, showRights, showSet } from './rules.ts';

/** The anchor of a right's first row in the index by right. */
export function rightAnchor(right: string): string {
  return anchorOf('by', 'right', right);
}

/** The anchor of an error's first row in the index by error. */
export function errorAnchor(error: string): string {
  return anchorOf('by', 'error', error);
}

/** Tells whether some call states a reason of its own for an error. */
export function isReported(spec: Spec, error: string): boolean {
  return [...spec.calls.values()].some(({ failures }) => failures.some((failure) => failure.error === error));
}

/** All calls by name with their numbers. */
export function emitCallIndex(spec: Spec): string {
  const rows = sortedCalls(spec).map((call, index) => {
    const [first = ''] = linkProse(spec, call.prose);
    return [`${index}`, linkTo(call.name, call.name), first.replace(/\. .*$/, '.')];
  });
  return `## Calls by name\n\n${table(['number', 'call', 'what it does'], rows)}`;
}

/** For each right the calls that need it, on which descriptor and when. */
export function emitRightIndex(spec: Spec): string {
  const calls = sortedCalls(spec);
  const rows = valuesOf(spec, 'rights').flatMap(({ name: right }) => {
    const found = calls.flatMap((call) =>
      call.needs
        .filter(({ rights }) => rights.some(({ name }) => name === right))
        .map((need) => {
          const others = need.rights.filter(({ name }) => name !== right);
          const conjunction = need.quantity === 'all' ? 'and' : 'or';
          const together =
            others.length === 0 ? '' : `${conjunction} ${showRights({ ...need, rights: others })}`;
          return [
            linkTo(call.name, call.name),
            showSet(need.descriptor, need.set),
            together,
            showGuard(spec, call, need.guard),
          ];
        }),
    );
    return withSubject(`${target('by', 'right', right)}${linkTo(right, 'rights', right)}`, found);
  });
  const bounds = calls.flatMap((call) =>
    call.bounds.map(({ value, descriptor, set, guard }) => [
      linkTo(call.name, call.name),
      showPath(value),
      `${set === 'base' ? 'rights' : 'inheriting rights'} of ${showPath(descriptor)}`,
      showGuard(spec, call, guard),
    ]),
  );
  const free = calls.filter(({ needs }) => needs.length === 0).map(({ name }) => linkTo(name, name));
  return `## Calls by right

Where a right is looked for, which others it goes with, and when it is needed; always, if nothing is said.

${table(['right', 'call', 'on', 'with', 'when'], rows)}
Rights that a call is given as a value must lie within those of a descriptor:

${table(['call', 'value', 'within', 'when'], bounds)}
These calls need no right: ${joinWords(free, 'and')}.
`;
}

/** For each error the calls that state a reason for it. */
export function emitErrorIndex(spec: Spec): string {
  const calls = sortedCalls(spec);
  const rows = valuesOf(spec, 'errno').flatMap(({ name: error }) => {
    const found = calls.flatMap((call) =>
      call.failures
        .filter((failure) => failure.error === error)
        .map(({ prose }) => [linkTo(call.name, call.name), linkLine(spec, prose)]),
    );
    return withSubject(`${target('by', 'error', error)}${linkTo(error, 'errno', error)}`, found);
  });
  const common = ['badf', 'notcapable', 'fault', 'inval'].map((name) => linkTo(name, 'errno', name));
  return `## Errors by call

${joinWords(common, 'and')} can come from every call, as [the first chapter](#basics) says. Errors of the host beyond the reasons below, such as a failing device, keep their names.

${table(['error', 'call', 'reason'], rows)}`;
}

/** Rows about one thing, which only the first of them names. */
function withSubject(subject: string, rows: readonly (readonly string[])[]): string[][] {
  return rows.map((row, index) => [index === 0 ? subject : '', ...row]);
}

function sortedCalls(spec: Spec): CallItem[] {
  return [...spec.calls.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function valuesOf(spec: Spec, name: string): readonly ValueItem[] {
  const type = spec.types.get(name);
  return type === undefined || type.kind === 'struct' || type.kind === 'entry' ? [] : type.values;
}
