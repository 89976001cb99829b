import { resolve } from 'node:path';
import { type Limit, mapLimit } from '../limit.ts';
import { textShape, type WireShape } from '../shape.ts';
import { mapOfWire, type Wire } from '../wire.ts';
import { type CommandLimits, commandShape, coversCommand } from './limits.ts';

/** A program and its limits, as a document says them. */
export type ProgramGrant = {
  /** The path of the program. */
  readonly path: string;
  readonly limits: CommandLimits;
};

/** The value of a name in the limits. */
export type GrantedProgram = {
  readonly limits: CommandLimits;
  /** The path of the program, which a document has, and limits of a client do not. */
  readonly path: string | undefined;
};

const pathShape = textShape(4096, ['/usr/bin/true']);

/** The path is read, and never written: neither the service nor a client gets to know it. */
const programShape: WireShape<GrantedProgram> = {
  words: `a map with 'path', 'grants' or 'argdata', and limits: ${commandShape.words}`,
  type: commandShape.type,
  samples: commandShape.samples,
  read: (value, path) => {
    const map = mapOfWire(value);
    const program = map?.get('path');
    if (map === undefined || program === undefined)
      return { limits: commandShape.read(value, path), path: undefined };
    const rest: Wire = new Map([...map].filter(([key]) => key !== 'path'));
    return { limits: commandShape.read(rest, path), path: pathShape.read(program, [...path, 'path']) };
  },
  write: ({ limits }) => commandShape.write(limits),
};

/** The programs by name. A client can leave some out, and narrow what they are given; it cannot say which they are. */
export const programsLimit: Limit<ReadonlyMap<string, GrantedProgram>> = mapLimit(
  'The programs by name, with what they may be given.',
  textShape(64, ['gh', 'deploy']),
  {
    ...programShape,
    covers: (outer: GrantedProgram, inner: GrantedProgram) =>
      inner.path === undefined && coversCommand(outer.limits, inner.limits),
  },
  64,
);

/** Makes paths of a document absolute. */
export function resolvePrograms(
  programs: ReadonlyMap<string, GrantedProgram>,
  directory: string,
): ReadonlyMap<string, GrantedProgram> {
  return new Map(
    [...programs].map(([name, { limits, path }]) => [
      name,
      { limits, path: path === undefined ? undefined : resolve(directory, path) },
    ]),
  );
}

/** The grants of programs, for the launcher. @throws Error for a program without a path. */
export function programGrants(
  programs: ReadonlyMap<string, GrantedProgram>,
): ReadonlyMap<string, ProgramGrant> {
  return new Map(
    [...programs].map(([name, { limits, path }]) => {
      if (path === undefined) throw new Error(`Program '${name}' needs 'path', the path of the program`);
      return [name, { path, limits }];
    }),
  );
}
