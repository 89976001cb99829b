import { resolve } from 'node:path';
import { Fields, oneOf, type ReadContext } from './fields.ts';
import type { Position } from './position.ts';
import { quote, textIn } from './written.ts';

/** The kinds of executable files that a policy names; `elf/program-kinds.ts` tells them. */
export const executableKinds = [
  '32-bit',
  'static',
  'dynamic',
  'not-pie',
  'executable-stack',
  'script',
] as const;

/** A kind of executable file. */
export type ExecutableKind = (typeof executableKinds)[number];

/** The files that a Linux program may start: those of a list with their checksums, and of these not all kinds. */
export type ExecutablesGrant = {
  /** The path of the list, as it was written. */
  readonly list: string;
  readonly absolute: string;
  /** Kinds of files that are refused although they are listed. */
  readonly refuse: readonly ExecutableKind[];
  /** True if all directories on the way to a file must belong to root or to this user, and be writable by no others. */
  readonly trusted: boolean;
  readonly position: Position | undefined;
};

/** Reads `executables`: the path of a list, or a map with it. */
export function readExecutables(outer: Fields, context: ReadContext): ExecutablesGrant | undefined {
  const written = outer.get('executables');
  if (written === undefined) return undefined;
  const position = outer.at('executables');
  const grant = (list: string, refuse: readonly ExecutableKind[], trusted: boolean): ExecutablesGrant => ({
    list,
    absolute: resolve(context.directory, list),
    refuse,
    trusted,
    position,
  });
  if (written.kind !== 'map') {
    const list = outer.text('executables');
    return list === undefined ? undefined : grant(list, [], false);
  }
  const subject = `'${outer.spell('executables')}'`;
  const fields = Fields.read(written, ['checksums', 'refuse', 'trusted'], { ...context, subject, position });
  if (fields === undefined) return undefined;
  const list = fields.has('checksums')
    ? fields.text('checksums')
    : fields.missing('checksums', "a list that 'cloudabi checksum' has written");
  const refuse = readKinds(fields, context);
  const trusted = fields.bool('trusted', false);
  return list === undefined ? undefined : grant(list, refuse, trusted);
}

function readKinds(fields: Fields, { mistakes }: ReadContext): readonly ExecutableKind[] {
  const written = fields.get('refuse');
  if (written === undefined) return [];
  if (written.kind !== 'seq') {
    fields.expected('refuse', 'a list of kinds', written);
    return [];
  }
  return written.items.flatMap((item) => {
    const name = textIn(item);
    const kind = executableKinds.find((one) => one === name);
    if (kind === undefined)
      mistakes.add(
        `Unknown kind of executable ${quote(name ?? '')}, expected ${oneOf(executableKinds)}`,
        item.position ?? fields.at('refuse'),
      );
    return kind ?? [];
  });
}
