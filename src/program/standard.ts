import { EventEmitter } from 'node:events';
import { Descriptor } from './descriptor.ts';

/**
 * The interface that schema libraries share (Standard Schema, version 1: standardschema.dev), so that a program may
 * describe its tree with Zod, Valibot, ArkType or any other.
 */
export type StandardSchema<Output = unknown> = {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
    readonly types?: { readonly input: unknown; readonly output: Output } | undefined;
  };
};

/** A value of the wanted type, or the mistake. */
export type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] };

/** Something that is wrong, and where. */
export type SchemaIssue = {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
};

/** A map with these keys: each has a schema of its own. */
export type Shape = { readonly [name: string]: StandardSchema };

/** The output of a schema or a shape. */
export type Output<Wanted> =
  Wanted extends StandardSchema<infer Made>
    ? Made
    : { readonly [Name in keyof Wanted]: Wanted[Name] extends StandardSchema<infer Made> ? Made : never };

/** An error for argdata that the program does not want. */
export class ArgumentError extends Error {
  override readonly name = 'ArgumentError';
  readonly code = 'bad_argdata';
  readonly issues: readonly SchemaIssue[];

  constructor(issues: readonly SchemaIssue[]) {
    super(issues.map(describe).join('\n'));
    this.issues = issues;
  }
}

function describe({ path = [], message }: SchemaIssue): string {
  const place = path.map((part) => (typeof part === 'object' ? part.key : part));
  const text = place.reduce((before: string, key) => {
    if (typeof key === 'number') return `${before}[${key}]`;
    return before === '' ? String(key) : `${before}.${String(key)}`;
  }, '');
  return `The program cannot use ${text === '' ? 'what it was handed' : `'${text}'`}: ${message}`;
}

/**
 * Checks a value against a schema, or a map against a shape.
 *
 * @throws ArgumentError with everything that is wrong.
 */
export async function validate(wanted: StandardSchema | Shape, value: unknown): Promise<unknown> {
  const result = isSchema(wanted) ? await wanted['~standard'].validate(value) : await fits(wanted, value);
  if (result.issues !== undefined) throw new ArgumentError(result.issues);
  return result.value;
}

function isSchema(wanted: StandardSchema | Shape): wanted is StandardSchema {
  const standard: unknown = wanted['~standard'];
  return typeof standard === 'object' && standard !== null && 'validate' in standard;
}

async function fits(shape: Shape, value: unknown): Promise<SchemaResult<unknown>> {
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return { issues: [{ message: `expected a map with the keys ${Object.keys(shape).join(', ')}` }] };
  const given = new Map<string, unknown>(Object.entries(value));
  const made: Record<string, unknown> = {};
  const issues: SchemaIssue[] = [];
  for (const [name, schema] of Object.entries(shape)) {
    const result = await schema['~standard'].validate(given.get(name));
    if (result.issues === undefined) made[name] = result.value;
    else issues.push(...result.issues.map((issue) => ({ ...issue, path: [name, ...(issue.path ?? [])] })));
  }
  for (const [name, item] of given) {
    // Standard streams for the console and for errors are handed over without the program's asking.
    const isStream = item instanceof Descriptor || item instanceof EventEmitter;
    if (!Object.hasOwn(shape, name) && !isStream)
      issues.push({ path: [name], message: `it knows only ${Object.keys(shape).join(', ')}` });
  }
  return issues.length > 0 ? { issues } : { value: made };
}
