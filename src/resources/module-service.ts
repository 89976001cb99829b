import { resolve } from 'node:path';
import { Filetype } from '../abi/generated/constants.ts';
import type { Argdata } from '../argdata/value.ts';
import { makeSocketPair } from '../host/files/new-descriptors.ts';
import type { ServiceLoss } from '../services/service-loss.ts';
import { printable } from '../text/printable.ts';
import { ChildResource } from './child-resource.ts';
import { Fields, type ReadContext } from './fields.ts';
import type { Position } from './position.ts';
import { readTree } from './program-contents.ts';
import { readLoss } from './read-loss.ts';
import type { Checked, OpenContext, OpenedResource, Resource } from './resource.ts';
import { ServiceEnd } from './service-end.ts';
import { describeWire, MOST_TOLD } from './service-resource.ts';
import { connectedRights } from './socket-rights.ts';
import { quote, type Written } from './written.ts';

/** A service that is a program of its own. */
export type ModuleService = {
  /** The absolute path of the program. */
  readonly module: string;
  readonly limits: Argdata<Resource>;
  /** Its grants; `null` for none. */
  readonly argdata: Argdata<Resource>;
  readonly whenLost: ServiceLoss;
};

/**
 * `!service {module: …}`: a channel to a service that stands outside this library. It is a program in TypeScript with grants of
 * its own, which are in the document, and it ends with its last channel.
 */
export class ModuleServiceResource extends ChildResource {
  override readonly kind = 'service';
  readonly served: ModuleService;

  constructor(served: ModuleService, position: Position | undefined) {
    super({ program: served.module, content: treeOfService(served, -1), daemon: false }, position);
    this.served = served;
    Object.freeze(this);
  }

  override label(): string {
    return `!service ${this.served.module}`;
  }

  override check(): Checked {
    const { module, limits, whenLost } = this.served;
    const within = limits === null ? '' : `, within ${printable(describeWire(limits), MOST_TOLD)}`;
    const lost = whenLost === 'end' ? ', and ends with it' : '';
    const description = `Asks service ${quote(module)}, a program with grants of its own${within}${lost}`;
    return { description, type: Filetype.socket_stream, ...connectedRights(true) };
  }

  override open({ children }: OpenContext): OpenedResource {
    const [socket, host] = makeSocketPair();
    const content = treeOfService(this.served, socket);
    children.push({
      child: { ...this.child, content },
      socket,
      serves: true,
      whenLost: this.served.whenLost,
    });
    return { host, type: Filetype.socket_stream, ...connectedRights(true) };
  }
}

function treeOfService({ limits, argdata }: ModuleService, socket: number): Argdata<Resource> {
  return new Map<Argdata<Resource>, Argdata<Resource>>([
    ['channel', new ServiceEnd(socket)],
    ['limits', limits],
    ['argdata', argdata],
  ]);
}

/** Tells whether the contents of `!service` name a module. */
export function namesModule(written: Written): boolean {
  return (
    written.kind === 'map' &&
    written.entries.some(({ key }) => key.kind === 'scalar' && key.value === 'module')
  );
}

/** Reads the contents of `!service` with a module. */
export function readModuleService(written: Written, context: ReadContext): ModuleServiceResource | undefined {
  const fields = Fields.read(written, ['module', 'limits', 'argdata', 'when_lost'], context);
  if (fields === undefined) return undefined;
  const before = context.mistakes.count;
  const module = fields.text('module');
  const given = fields.get('limits');
  const limits = given === undefined ? null : readTree(given, context);
  const tree = fields.get('argdata');
  const argdata = tree === undefined ? null : readTree(tree, context);
  const whenLost = readLoss(fields);
  if (module === undefined || context.mistakes.count > before) return undefined;
  const served = { module: resolve(context.directory, module), limits, argdata, whenLost };
  return new ModuleServiceResource(served, context.position);
}
