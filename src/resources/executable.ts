import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { Filetype } from '../abi/generated/constants.ts';
import type { ReadContext } from './fields.ts';
import { ResourceError } from './mistake.ts';
import type { Position } from './position.ts';
import {
  type CheckContext,
  type Checked,
  type OpenContext,
  type OpenedResource,
  Resource,
} from './resource.ts';
import { fileRights, type WrittenRights } from './rights.ts';
import { nameWritten, type Written } from './written.ts';

const RIGHTS: WrittenRights = { presets: ['read', 'execute'], names: [] };

/** `!executable`: the program itself, to be read and started again. */
export class ExecutableResource extends Resource {
  readonly kind = 'executable';

  constructor(position: Position | undefined) {
    super(position);
    Object.freeze(this);
  }

  override check({ program }: CheckContext): Checked | undefined {
    // A program that cannot be read has been reported by its reader.
    if (program === undefined) return undefined;
    const type = Filetype.regular_file;
    return { description: 'The program itself', type, ...fileRights(RIGHTS, type) };
  }

  override open({ program }: OpenContext): OpenedResource {
    const host = openSync(program.path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    const { dev, ino, size, ctimeNs } = fstatSync(host, { bigint: true });
    const same = dev === program.device && ino === program.inode;
    if (!same || size !== program.size || ctimeNs !== program.changed) {
      closeSync(host);
      throw new ResourceError(
        `'${program.path}' was replaced or changed after it had been checked`,
        this.position,
      );
    }
    return { host, type: Filetype.regular_file, ...fileRights(RIGHTS, Filetype.regular_file) };
  }
}

/** Reads the contents of `!executable`, which has none. */
export function readExecutable(written: Written, context: ReadContext): ExecutableResource | undefined {
  const empty = written.kind === 'scalar' && (written.value === null || written.value === '');
  if (empty) return new ExecutableResource(context.position);
  context.mistakes.add(
    `${context.subject} stands alone, without ${nameWritten(written)}`,
    written.position ?? context.position,
  );
  return undefined;
}
