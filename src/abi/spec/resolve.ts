import { SpecError, type SpecPosition } from './error.ts';
import type { ArgumentItem, FieldItem, FieldPath, IntegerType, Spec, StructType, TypeUse } from './model.ts';

/** The meaning of a name in a structure: a field, or a group of fields within the variant. */
export type Member =
  | { readonly kind: 'field'; readonly field: FieldItem }
  | { readonly kind: 'group'; readonly fields: readonly FieldItem[] };

/** All members of a structure by name, those of its variant included. */
export function membersOf(struct: StructType): [name: string, member: Member, position: SpecPosition][] {
  const members: [string, Member, SpecPosition][] = struct.fields.map((field) => [
    field.name,
    { kind: 'field', field },
    field,
  ]);
  for (const item of struct.variant?.cases ?? []) {
    if (item.group !== undefined) members.push([item.group, { kind: 'group', fields: item.fields }, item]);
    else for (const field of item.fields) members.push([field.name, { kind: 'field', field }, field]);
  }
  return members;
}

/**
 * Follows a path from the arguments of a call, through addresses and structures, to the type at its end.
 *
 * @throws {SpecError} if a name on the way means nothing.
 */
export function resolvePath(spec: Spec, inputs: readonly ArgumentItem[], path: FieldPath): TypeUse {
  let type: TypeUse | undefined;
  let fields: readonly FieldItem[] = inputs;
  for (const [index, name] of path.names.entries()) {
    const field = fields.find((candidate) => candidate.name === name);
    if (field !== undefined) {
      type = field.type;
      fields = fieldsBehind(spec, type);
      continue;
    }
    const group: Member | undefined = type === undefined ? undefined : groupBehind(spec, type, name);
    if (group?.kind !== 'group') {
      throw new SpecError(`Unknown name '${name}' in '${path.names.slice(0, index + 1).join('.')}'`, path);
    }
    type = undefined;
    fields = group.fields;
  }
  if (type === undefined)
    throw new SpecError(`Path '${path.names.join('.')}' ends at a group, wanted a field`, path);
  return type;
}

/** The integer type that is used, if it is one that was declared. */
export function integerType(spec: Spec, type: TypeUse): IntegerType | undefined {
  const item = type.kind === 'named' ? spec.types.get(type.name) : undefined;
  return item === undefined || item.kind === 'struct' || item.kind === 'entry' ? undefined : item;
}

function structBehind(spec: Spec, type: TypeUse): StructType | undefined {
  const target = type.kind === 'pointer' ? type.to : type;
  const item = target.kind === 'named' ? spec.types.get(target.name) : undefined;
  return item?.kind === 'struct' ? item : undefined;
}

function fieldsBehind(spec: Spec, type: TypeUse): readonly FieldItem[] {
  const struct = structBehind(spec, type);
  if (struct === undefined) return [];
  return membersOf(struct).flatMap(([, member]) => (member.kind === 'field' ? [member.field] : []));
}

function groupBehind(spec: Spec, type: TypeUse, name: string): Member | undefined {
  const struct = structBehind(spec, type);
  return (
    struct &&
    membersOf(struct).find(([candidate, member]) => candidate === name && member.kind === 'group')?.[1]
  );
}
