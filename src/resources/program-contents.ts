import { type Argdata, toKey } from '../argdata/value.ts';
import { type Command, readCommand } from './command.ts';
import type { ReadContext } from './fields.ts';
import type { Resource } from './resource.ts';
import { nameWritten, quote, textIn, type Written } from './written.ts';

/** The grants of a program that a service starts: its world, or its tree. */
export type ProgramContent = Command | Argdata<Resource>;

/** Limits of the service `program`, without the grants of its programs, which are for the launcher alone. */
export type SplitPrograms = {
  readonly limits: Written;
  /** The grants of each program that has some. */
  readonly contents: ReadonlyMap<string, ProgramContent>;
};

/** Takes the grants of programs out of the limits of a service: `grants`, which is a `!command`, or `argdata`, a tree. */
export function splitPrograms(limits: Written, context: ReadContext): SplitPrograms {
  const contents = new Map<string, ProgramContent>();
  const programs = entryOf(limits, 'programs');
  if (limits.kind !== 'map' || programs?.kind !== 'map') return { limits, contents };
  const entries = programs.entries.map(({ key, value }) => {
    const name = textIn(key);
    if (name === undefined || value.kind !== 'map') return { key, value };
    const rest = value.entries.filter(({ key: inner }) => {
      const word = textIn(inner);
      return word !== 'grants' && word !== 'argdata';
    });
    const content = readContent(`program ${quote(name)}`, value, context);
    if (content !== undefined) contents.set(name, content);
    return { key, value: { ...value, entries: rest } };
  });
  const others = limits.entries.map((entry) =>
    textIn(entry.key) === 'programs' ? { ...entry, value: { ...programs, entries } } : entry,
  );
  return { limits: { ...limits, entries: others }, contents };
}

function entryOf(written: Written, name: string): Written | undefined {
  return written.kind === 'map' ? written.entries.find(({ key }) => textIn(key) === name)?.value : undefined;
}

/**
 * Reads the grants of a program that is started beside another: `grants`, which is a `!command`, or `argdata`, a tree;
 * `undefined` for none.
 *
 * @param what The program, for messages.
 */
export function readContent(
  what: string,
  program: Written,
  context: ReadContext,
): ProgramContent | undefined {
  const grants = entryOf(program, 'grants');
  const argdata = entryOf(program, 'argdata');
  if (grants !== undefined && argdata !== undefined) {
    context.mistakes.add(
      `${what.replace(/^p/, 'P')} has 'grants' and 'argdata': leave one out`,
      argdata.position,
    );
    return undefined;
  }
  if (argdata !== undefined) return readTree(argdata, context);
  const position = grants?.position ?? context.position;
  return grants && readCommand(grants, { ...context, subject: `'grants' of ${what}`, position });
}

/** Reads a tree of values with resources as leaves. */
export function readTree(written: Written, context: ReadContext): Argdata<Resource> {
  switch (written.kind) {
    case 'scalar':
      return written.value;
    case 'resource':
      return written.resource;
    case 'seq':
      return written.items.map((item) => readTree(item, context));
    case 'map':
      return new Map(
        written.entries.map(({ key, value }) => [toKey(readTree(key, context)), readTree(value, context)]),
      );
    case 'broken':
      return null;
    case 'other':
      context.mistakes.add(
        `A tree cannot hold ${nameWritten(written)}`,
        written.position ?? context.position,
      );
      return null;
  }
}
