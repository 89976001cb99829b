import type { SocketKind } from '../host/sockets/socket-kind.ts';
import type { Position } from '../resources/position.ts';
import { type Checked, type OpenedResource, Resource, type ResourceKind } from '../resources/resource.ts';

/** The purpose of a descriptor that the engine makes for a program. */
export type EndPurpose =
  /** The connected socket of a client. */
  | { readonly kind: 'client'; readonly arrow: string }
  /** The listener of a server: a UNIX socket, or one of TCP. */
  | { readonly kind: 'listener'; readonly arrow: string; readonly unix: boolean }
  | { readonly kind: 'pipe'; readonly arrow: string; readonly end: 'read' | 'write' }
  | { readonly kind: 'memory'; readonly arrow: string }
  /** The text that the program prints. */
  | { readonly kind: 'log'; readonly stream: 'stdout' | 'stderr' }
  /** The program writes to it when it is ready. */
  | { readonly kind: 'ready' }
  /** It ends when the program shall stop. */
  | { readonly kind: 'stop' };

const STDOUT = 1;
const STDERR = 2;

/** A leaf of the grants of a program in a graph: its descriptor is made by the engine that runs the graph. */
export class ArrowEnd extends Resource {
  readonly kind: ResourceKind;
  readonly purpose: EndPurpose;
  readonly #checked: Checked;
  #take: (() => number) | undefined;

  constructor(kind: ResourceKind, purpose: EndPurpose, checked: Checked, position: Position | undefined) {
    super(position);
    this.kind = kind;
    this.purpose = purpose;
    this.#checked = checked;
  }

  /**
   * Sets where the descriptor of the next start comes from.
   *
   * @param take Returns a host descriptor with FD_CLOEXEC, which belongs to the program from then on.
   */
  provide(take: () => number): void {
    this.#take = take;
  }

  override check(): Checked {
    return this.#checked;
  }

  override get handedSocket(): SocketKind | undefined {
    const { purpose } = this;
    if (purpose.kind === 'client') return { protocol: 'stream', listening: false, connected: true };
    if (purpose.kind !== 'listener') return undefined;
    return { protocol: purpose.unix ? 'stream' : 'tcp', listening: true, connected: false };
  }

  override get standardStream(): number | undefined {
    if (this.purpose.kind !== 'log') return undefined;
    return this.purpose.stream === 'stdout' ? STDOUT : STDERR;
  }

  override label(): string {
    return 'arrow' in this.purpose ? `arrow ${this.purpose.arrow}` : `!${this.purpose.kind}`;
  }

  override open(): OpenedResource {
    if (this.#take === undefined) throw new Error('nothing runs the graph');
    const { type, base, inheriting } = this.#checked;
    return { host: this.#take(), type, base, inheriting };
  }
}
