import type { SpecPosition } from './error.ts';

/** One line of prose, as written after `--`. */
export interface ProseLine extends SpecPosition {
  readonly text: string;
}

/** The prose of one item; an empty line parts two paragraphs. */
export type Prose = readonly ProseLine[];

/** Integers with a fixed width, `s64` being the one signed. */
export type IntegerName = 'u8' | 'u16' | 'u32' | 'u64' | 's64';

/** Names of types that need no declaration: `size` is as wide as a pointer, `void` untyped memory. */
export type PrimitiveName = IntegerName | 'char' | 'size' | 'void';

/** A use of a type. */
export type TypeUse =
  | { readonly kind: 'primitive'; readonly name: PrimitiveName }
  | ({ readonly kind: 'named'; readonly name: string } & SpecPosition)
  /** `&T`, `&mut T`, `&atomic T`: one address. */
  | { readonly kind: 'pointer'; readonly to: TypeUse; readonly access: MemoryAccess }
  /** `[T]`, `[mut T]`: an address and a count of elements. */
  | { readonly kind: 'range'; readonly of: TypeUse; readonly access: MemoryAccess }
  /** `T * N`: N elements in place. */
  | { readonly kind: 'array'; readonly of: TypeUse; readonly length: number };

/** The use that the kernel makes of the memory behind an address: reads it, writes it, or changes it atomically. */
export type MemoryAccess = 'read' | 'mut' | 'atomic';

interface Item extends SpecPosition {
  readonly name: string;
  readonly prose: Prose;
}

/** A remark in brackets after a value, such as `[terminate]` or `[implies fd_tell]`. */
export interface Attribute extends SpecPosition {
  readonly name: string;
  readonly argument: string | undefined;
}

/** A named value of an enum, a flag set or an opaque type. */
export interface ValueItem extends Item {
  readonly value: bigint;
  readonly attributes: readonly Attribute[];
}

/**
 * An integer type. `enum`: one of its values; `flags`: any union of them; `opaque`: a handle some of whose
 * values or bits have names; `number`: a quantity.
 */
export interface IntegerType extends Item {
  readonly kind: 'enum' | 'flags' | 'opaque' | 'number';
  readonly integer: IntegerName;
  /** The prefix that C puts before the upper-case name of a value, after `CLOUDABI_`. */
  readonly cPrefix: string;
  readonly values: readonly ValueItem[];
}

/** A member of a structure. */
export interface FieldItem extends Item {
  readonly type: TypeUse;
}

/**
 * The contents of a variant for some values of its tag. With a `group`, the fields form a structure of that name;
 * without, there is one field, directly in the union.
 */
export interface CaseItem extends SpecPosition {
  readonly tags: readonly string[];
  readonly group: string | undefined;
  readonly fields: readonly FieldItem[];
}

/** The union at the end of a structure, whose member is chosen by the field `by`. */
export interface Variant extends SpecPosition {
  readonly by: string;
  readonly cases: readonly CaseItem[];
}

/** A structure in memory. */
export interface StructType extends Item {
  readonly kind: 'struct';
  readonly fields: readonly FieldItem[];
  readonly variant: Variant | undefined;
}

/** A function of the program that the system calls; it is only ever used behind an address. */
export interface EntryType extends Item {
  readonly kind: 'entry';
  readonly inputs: readonly ArgumentItem[];
}

/** Everything that has a name and can be used as a type. */
export type TypeItem = IntegerType | StructType | EntryType;

/** An argument or a result of a call. */
export interface ArgumentItem extends FieldItem {
  /** The only values accepted; empty if all are. */
  readonly only: readonly ValueReference[];
}

/** A name whose meaning depends on its place, with that place. */
export interface ValueReference extends SpecPosition {
  readonly name: string;
}

/** The way from an argument through fields: `in.fd_readwrite.fd`. */
export interface FieldPath extends SpecPosition {
  readonly names: readonly string[];
}

/** `SUBJECT has A or B` (flags), `SUBJECT is A or B` (enums, numbers). */
export interface Condition {
  readonly subject: FieldPath;
  readonly test: 'has' | 'is';
  /** The condition holds if it holds for one of these. */
  readonly anyOf: readonly ValueReference[];
}

/**
 * The condition of a rule: it applies if all conditions of `when` hold, and not all of `unless`. Empty lists put no
 * condition.
 */
export interface Guard {
  readonly when: readonly Condition[];
  readonly unless: readonly Condition[];
}

/** Rights a call needs on a descriptor it is given. */
export interface Need extends SpecPosition {
  readonly descriptor: FieldPath;
  /** The set of the descriptor, of its two, that must hold them. */
  readonly set: RightsExpression;
  readonly rights: readonly ValueReference[];
  /** `all` of the rights, or `any` one of them. */
  readonly quantity: 'all' | 'any';
  readonly guard: Guard;
  readonly prose: Prose;
}

/** A descriptor's rights for itself, or for descriptors opened through it. */
export type RightsExpression = 'base' | 'inheriting';

/** Rights that the caller passes as a value and that must lie within those of a descriptor. */
export interface Bound extends SpecPosition {
  readonly value: FieldPath;
  readonly descriptor: FieldPath;
  readonly set: RightsExpression;
  readonly guard: Guard;
  readonly prose: Prose;
}

/** An error that a call reports, with its reason as prose. */
export interface Failure extends SpecPosition {
  readonly error: string;
  readonly prose: Prose;
}

/** A system call. All return an `errno`, except those that do not return. */
export interface CallItem extends Item {
  readonly kind: 'call';
  readonly returns: boolean;
  readonly inputs: readonly ArgumentItem[];
  readonly outputs: readonly ArgumentItem[];
  readonly needs: readonly Need[];
  readonly bounds: readonly Bound[];
  readonly failures: readonly Failure[];
  /** Corner cases, each as prose. */
  readonly edges: readonly Prose[];
}

/** A part of the manual: a heading, an introduction, and what is declared under it. */
export interface Chapter extends SpecPosition {
  readonly title: string;
  readonly prose: Prose;
  readonly items: readonly (TypeItem | CallItem)[];
}

/** A specification, in the order in which it was written. */
export interface Spec {
  readonly chapters: readonly Chapter[];
  readonly types: ReadonlyMap<string, TypeItem>;
  readonly calls: ReadonlyMap<string, CallItem>;
}

/** Joins the lines of prose to paragraphs. References stay as they are written: `{type.value}`. */
export function paragraphs(prose: Prose): string[] {
  const result: string[] = [];
  let open = false;
  for (const { text } of prose) {
    if (text === '') open = false;
    else if (open) result.push(`${result.pop()} ${text}`);
    else {
      result.push(text);
      open = true;
    }
  }
  return result;
}
