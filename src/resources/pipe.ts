import { Filetype } from '../abi/generated/constants.ts';
import { makePipe } from '../host/files/new-descriptors.ts';
import { NO_RIGHTS } from '../kernel/rights.ts';
import { Fields, type ReadContext } from './fields.ts';
import type { Mistakes } from './mistake.ts';
import type { Position } from './position.ts';
import { type Checked, type OpenContext, type OpenedResource, Resource } from './resource.ts';
import { type GrantedRights, rightsSet } from './rights.ts';
import { quote, type Written } from './written.ts';

/** The end of a pipe that the program gets. */
export type PipeEnd = 'read' | 'write';

/** The rights of an end of a pipe. */
export function pipeRights(end: PipeEnd): GrantedRights {
  const use = end === 'read' ? 'fd_read' : 'fd_write';
  const base = rightsSet([use, 'fd_stat_put_flags', 'file_stat_fget', 'poll_fd_readwrite']);
  return { base, inheriting: NO_RIGHTS };
}

/** `!pipe`: one end of a pipe whose other end is granted in the same tree under the same name. */
export class PipeResource extends Resource {
  readonly kind = 'pipe';
  readonly name: string;
  readonly end: PipeEnd;

  constructor(name: string, end: PipeEnd, position: Position | undefined) {
    super(position);
    this.name = name;
    this.end = end;
    Object.freeze(this);
  }

  override check(): Checked {
    const description = `The ${this.end} end of pipe ${quote(this.name)}`;
    return { description, type: Filetype.unknown, ...pipeRights(this.end) };
  }

  override open({ pipes }: OpenContext): OpenedResource {
    const mine = `${this.end} ${this.name}`;
    let host = pipes.get(mine);
    if (host === undefined) {
      const made = makePipe();
      host = made[this.end];
      const other = this.end === 'read' ? 'write' : 'read';
      pipes.set(`${other} ${this.name}`, made[other]);
    } else {
      pipes.delete(mine);
    }
    return { host, type: Filetype.unknown, ...pipeRights(this.end) };
  }
}

/**
 * Checks that every named pipe has its two ends, each once. A single end would be of no use: its reader finds the end
 * at once, its writer has no reader. (To hold the other end yourself, use `pipe('read')` of the API.)
 */
export function checkPipes(
  slots: readonly { readonly resource: Resource | undefined; readonly place: string }[],
  mistakes: Mistakes,
): void {
  const ends = new Map<string, { readonly pipe: PipeResource; readonly place: string }>();
  for (const { resource, place } of slots) {
    if (!(resource instanceof PipeResource)) continue;
    const { name, end } = resource;
    if (ends.has(`${end} ${name}`)) {
      const hint = 'for one descriptor in two places use an alias';
      mistakes.add(`Pipe ${quote(name)} has its ${end} end twice; ${hint}`, resource.position, place);
    }
    ends.set(`${end} ${name}`, { pipe: resource, place });
  }
  for (const { pipe, place } of ends.values()) {
    const { name, end, position } = pipe;
    const other = end === 'read' ? 'write' : 'read';
    if (ends.has(`${other} ${name}`)) continue;
    const hint = `grant 'end: ${other}' of the same name too`;
    mistakes.add(`Pipe ${quote(name)} has only its ${end} end; ${hint}`, position, place);
  }
}

/** Reads the contents of `!pipe`. */
export function readPipe(written: Written, context: ReadContext): PipeResource | undefined {
  const fields = Fields.read(written, ['name', 'end'], context);
  if (fields === undefined) return undefined;
  if (!fields.has('name')) fields.missing('name', 'which both ends of the pipe share');
  if (!fields.has('end')) fields.missing('end', "'read' or 'write'");
  const name = fields.text('name');
  const end = fields.choice<PipeEnd>('end', ['read', 'write']);
  return name === undefined || end === undefined ? undefined : new PipeResource(name, end, context.position);
}
