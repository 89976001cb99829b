import type {
  CallItem,
  Condition,
  FieldPath,
  Guard,
  Need,
  RightsExpression,
  Spec,
} from '../../spec/model.ts';
import { integerType, resolvePath } from '../../spec/resolve.ts';
import { joinWords, linkTo } from './links.ts';

/** Writes the condition of a rule as the end of a sentence: ``if `oflags` has `creat` ``; empty if always. */
export function showGuard(spec: Spec, call: CallItem, { when, unless }: Guard): string {
  const show = (conditions: readonly Condition[]) =>
    joinWords(
      conditions.map((condition) => showCondition(spec, call, condition)),
      'and',
    );
  return [
    ...(when.length === 0 ? [] : [`if ${show(when)}`]),
    ...(unless.length === 0 ? [] : [`unless ${show(unless)}`]),
  ].join(', ');
}

function showCondition(spec: Spec, call: CallItem, { subject, test, anyOf }: Condition): string {
  const type = integerType(spec, resolvePath(spec, call.inputs, subject));
  const values = anyOf.map(({ name }) =>
    type?.values.some((value) => value.name === name) ? linkTo(name, type.name, name) : `\`${name}\``,
  );
  return `${showPath(subject)} ${test} ${joinWords(values, 'or')}`;
}

/** The rights that a call needs, as links to their rows in the table of rights. */
export function showRights({ rights, quantity }: Need): string {
  return joinWords(
    rights.map(({ name }) => linkTo(name, 'rights', name)),
    quantity === 'all' ? 'and' : 'or',
  );
}

/** Names the set, and the descriptor, that must hold something. */
export function showSet(descriptor: FieldPath, set: RightsExpression): string {
  return set === 'base' ? showPath(descriptor) : `inheriting rights of ${showPath(descriptor)}`;
}

/** A path as code. */
export function showPath({ names }: FieldPath): string {
  return `\`${names.join('.')}\``;
}
