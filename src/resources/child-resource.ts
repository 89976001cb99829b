import { resolve } from 'node:path';
import { Filetype } from '../abi/generated/constants.ts';
import { makeSocketPair } from '../host/files/new-descriptors.ts';
import { Fields, type ReadContext } from './fields.ts';
import type { Position } from './position.ts';
import { readContent } from './program-contents.ts';
import {
  type Checked,
  type ChildGrant,
  type OpenContext,
  type OpenedResource,
  Resource,
} from './resource.ts';
import { connectedRights } from './socket-rights.ts';
import { quote, textIn, type Written } from './written.ts';

/**
 * `!process`: another program, which the launcher starts with grants of its own. The descriptor is a UNIX socket to the launcher
 * that controls it (src/process/control-socket.ts).
 */
export class ChildResource extends Resource {
  readonly kind: 'process' | 'service' = 'process';
  readonly child: ChildGrant;

  constructor(child: ChildGrant, position: Position | undefined) {
    super(position);
    this.child = child;
    if (new.target === ChildResource) Object.freeze(this);
  }

  override label(): string {
    return `!process ${this.child.program}`;
  }

  override check(): Checked {
    const { program, daemon } = this.child;
    const until = daemon ? 'runs on without it' : 'ends with it';
    const description = `Controls ${quote(program)}, which is started with grants of its own and ${until}`;
    return { description, type: Filetype.socket_stream, ...connectedRights(true) };
  }

  override open({ children }: OpenContext): OpenedResource {
    const [ours, host] = makeSocketPair();
    children.push({ child: this.child, socket: ours, serves: false });
    return { host, type: Filetype.socket_stream, ...connectedRights(true) };
  }
}

/** Reads the contents of `!process`: the path of a program, or a map with it and its grants. */
export function readChild(written: Written, context: ReadContext): ChildResource | undefined {
  const { position, directory } = context;
  const only = textIn(written);
  if (only !== undefined) {
    const child = { program: resolve(directory, only), content: undefined, daemon: false };
    return new ChildResource(child, position);
  }
  const fields = Fields.read(written, ['program', 'grants', 'argdata', 'daemon'], context);
  if (fields === undefined) return undefined;
  if (!fields.has('program')) fields.missing('program', 'the path of the program that is started');
  const program = fields.text('program');
  const daemon = fields.bool('daemon', false);
  const before = context.mistakes.count;
  const content = readContent(`${context.subject} of ${quote(program ?? '')}`, written, context);
  if (program === undefined || context.mistakes.count > before) return undefined;
  return new ChildResource({ program: resolve(directory, program), content, daemon }, position);
}
