import { checkProse, requireProse } from './check-prose.ts';
import { checkUnique, checkUse } from './check-use.ts';
import { SpecError } from './error.ts';
import type {
  ArgumentItem,
  CallItem,
  Condition,
  FieldPath,
  Guard,
  Spec,
  TypeUse,
  ValueReference,
} from './model.ts';
import { integerType, resolvePath } from './resolve.ts';

/** @throws {SpecError} at the first mistake in a call. */
export function checkCall(spec: Spec, call: CallItem): void {
  const all = [...call.inputs, ...call.outputs];
  checkUnique(all.map((argument) => [argument.name, argument]));
  for (const argument of all) {
    requireProse(spec, `${call.name}.${argument.name}`, argument);
    checkUse(spec, argument.type);
    for (const value of argument.only) checkValue(spec, argument.type, value);
  }
  for (const result of call.outputs) checkResult(spec, result);
  if (!call.returns && call.outputs[0])
    throw new SpecError('A call that does not return has no results', call.outputs[0]);
  for (const need of call.needs) {
    checkPath(spec, call, need.descriptor, 'fd');
    for (const right of need.rights) checkRight(spec, right);
    checkGuard(spec, call, need.guard);
    checkProse(spec, need.prose);
  }
  for (const bound of call.bounds) {
    checkPath(spec, call, bound.value, 'rights');
    checkPath(spec, call, bound.descriptor, 'fd');
    checkGuard(spec, call, bound.guard);
    checkProse(spec, bound.prose);
  }
  for (const failure of call.failures) {
    checkValue(spec, named('errno', failure.line, failure.column), { ...failure, name: failure.error });
    requireProse(spec, `${call.name} fails ${failure.error}`, failure);
  }
  for (const edge of call.edges) checkProse(spec, edge);
}

function named(name: string, line: number, column: number): TypeUse {
  return { kind: 'named', name, line, column };
}

function checkResult(spec: Spec, { name, type, line, column }: ArgumentItem): void {
  const scalar =
    type.kind === 'pointer' || type.kind === 'primitive' || integerType(spec, type) !== undefined;
  if (!scalar) throw new SpecError(`Result '${name}' is not a single value`, { line, column });
}

function checkPath(spec: Spec, call: CallItem, path: FieldPath, wanted: string): void {
  const type = resolvePath(spec, call.inputs, path);
  if (type.kind !== 'named' || type.name !== wanted) {
    throw new SpecError(`'${path.names.join('.')}' is not of type '${wanted}'`, path);
  }
}

function checkRight(spec: Spec, right: ValueReference): void {
  checkValue(spec, named('rights', right.line, right.column), right);
}

function checkGuard(spec: Spec, call: CallItem, { when, unless }: Guard): void {
  for (const condition of [...when, ...unless]) checkCondition(spec, call, condition);
}

function checkCondition(spec: Spec, call: CallItem, { subject, test, anyOf }: Condition): void {
  const type = resolvePath(spec, call.inputs, subject);
  const kind = integerType(spec, type)?.kind;
  if ((test === 'has') !== (kind === 'flags')) {
    throw new SpecError(`'${subject.names.join('.')}' cannot be tested with '${test}'`, subject);
  }
  for (const value of anyOf) checkValue(spec, type, value);
}

/** A value must be one of its type, or for a number an integer. */
function checkValue(spec: Spec, use: TypeUse, { name, line, column }: ValueReference): void {
  const type = integerType(spec, use);
  const known =
    type?.kind === 'number' ? /^[0-9]+$/.test(name) : type?.values.some((value) => value.name === name);
  if (!known)
    throw new SpecError(`Unknown value '${name}' of '${type?.name ?? 'a type without values'}'`, {
      line,
      column,
    });
}
