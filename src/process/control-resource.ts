import { Filetype } from '../abi/generated/constants.ts';
import { type Checked, type OpenedResource, Resource } from '../resources/resource.ts';
import { connectedRights } from '../resources/socket-rights.ts';
import { type ControlOptions, controlSocket } from './control-socket.ts';
import type { Process } from './process.ts';

/** A process of the launcher that another program controls. */
export class ControlResource extends Resource {
  readonly kind = 'process';
  readonly #process: Process;
  readonly #options: ControlOptions;

  constructor(process: Process, options: ControlOptions) {
    super(undefined);
    this.#process = process;
    this.#options = options;
    Object.freeze(this);
  }

  override label(): string {
    return 'a process';
  }

  override check(): Checked {
    const description = 'Controls a process that we have launched';
    return { description, type: Filetype.socket_stream, ...connectedRights(true) };
  }

  override open(): OpenedResource {
    const host = controlSocket(this.#process, this.#options);
    return { host, type: Filetype.socket_stream, ...connectedRights(true) };
  }
}
