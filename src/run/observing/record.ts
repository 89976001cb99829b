import type { Broker } from '../../broker/broker.ts';
import { PathNeeds } from '../../learning/path-needs.ts';
import { hostListensAt } from './host-ports.ts';
import type { Observed } from './thread-words.ts';

/** Everything that was observed of a program. */
export class ObservedRun {
  readonly paths = new PathNeeds();
  /** Paths of UNIX sockets that it connected to, without links. */
  readonly sockets = new Set<string>();
  /** Names of sockets of the abstract namespace that it connected to. */
  readonly abstract = new Set<string>();
  /** Ports of its own that it listens on, chosen by itself. */
  readonly listens = new Set<number>();
  /** System calls of groups that programs normally do without. */
  readonly calls = new Set<string>();
  /** Programs whose memory could not be read. */
  readonly unreadable = new Set<string>();
  /** Paths that were looked for and were not there. */
  missing = 0;
  /** True if it used sockets of the Internet at all. */
  internet = false;
  readonly #bound = new Map<string, number>();
  readonly #broker: () => Broker | undefined;

  /** @param broker Gives the broker of the program's network, once it is there. */
  constructor(broker: () => Broker | undefined) {
    this.#broker = broker;
  }

  /** Takes a message of the observing thread. */
  add(observed: Observed): void {
    switch (observed.kind) {
      case 'access':
        this.paths.add(observed.access);
        return;
      case 'missing':
        this.missing++;
        return;
      case 'call':
        this.calls.add(observed.call);
        return;
      case 'unreadable':
        this.unreadable.add(observed.executable);
        return;
      case 'listen': {
        const port = this.#bound.get(`${observed.thread} ${observed.descriptor}`);
        if (port !== undefined && port !== 0) this.listens.add(port);
        return;
      }
      case 'address':
        this.#addAddress(observed);
        return;
      case 'path':
    }
  }

  #addAddress({ call, thread, descriptor, address }: Extract<Observed, { kind: 'address' }>): void {
    if (address.kind === 'unix') this.sockets.add(address.path);
    else if (address.kind === 'abstract') this.abstract.add(address.name);
    else {
      this.internet = true;
      if (call === 'bind') this.#bound.set(`${thread} ${descriptor}`, address.port);
      else this.#serve(address.port, address.local);
    }
  }

  /** Lets a connection reach the broker, which learns its name. */
  #serve(port: number, local: boolean): void {
    if (port === 0 || (local && !hostListensAt(port))) return;
    try {
      this.#broker()?.serve(port, local);
    } catch {
      // The program listens there itself.
    }
  }
}
