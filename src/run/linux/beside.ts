import { Broker } from '../../broker/broker.ts';
import type { PlannedLinux } from '../../plan/linux/planned.ts';
import type { ExitReason } from '../../process/exit-reason.ts';
import type { LaunchOptions } from '../../process/options.ts';
import { ProgramTerminal } from '../../process/terminal.ts';
import { reasonOf } from '../../resources/file-kind.ts';
import { rulesOf } from '../../resources/hosts.ts';
import { ResourceError } from '../../resources/mistake.ts';
import { PublishedPorts } from './publish.ts';

/** Callbacks for the ends of parts beside a program. */
export type BesideEvents = {
  /** Its ports cannot be published, or not any more. */
  readonly onPortsLost: (reason: string) => void;
  /** The process that carries its connections has ended. */
  readonly onNetworkLost: () => void;
};

const NETWORK_LOST = 'The process that carries the connections of the program has ended';

/** Lets a program end when something ends beside it. */
export function besideEvents(end: (reason: ExitReason) => void): BesideEvents {
  return {
    onPortsLost: (reason) =>
      end({ kind: 'failed', code: 'cannot_publish', message: `Cannot publish its ports: ${reason}` }),
    onNetworkLost: () => end({ kind: 'failed', code: 'network_lost', message: NETWORK_LOST }),
  };
}

/**
 * The things beside a running program on the host's side: its terminal, the ports that lead to it, and the broker of its
 * network.
 */
export class Beside {
  readonly terminal: ProgramTerminal | undefined;
  readonly broker: Broker | undefined;
  readonly #ports: PublishedPorts | undefined;
  #events: BesideEvents | undefined;
  #networkLost = false;

  /** @throws ResourceError when a port is taken or there is no terminal to give; nothing stays open then. */
  constructor({ network, terminal }: Pick<PlannedLinux, 'network' | 'terminal'>, options: LaunchOptions) {
    const published = network.mode === 'loopback' || network.mode === 'hosts' ? network.publish : [];
    this.#ports = published.length === 0 ? undefined : new PublishedPorts(published);
    let doing = 'make a terminal';
    let place = 'terminal';
    try {
      this.terminal = terminal ? new ProgramTerminal(options.terminal) : undefined;
      doing = 'start the process that carries its connections';
      place = 'network';
      this.broker = network.mode === 'hosts' ? this.#newBroker(network, options) : undefined;
    } catch (error) {
      this.close();
      throw new ResourceError(`Cannot ${doing}: ${reasonOf(error)}`, undefined, place);
    }
  }

  #newBroker(
    network: Extract<PlannedLinux['network'], { mode: 'hosts' }>,
    { onRefusedConnection }: LaunchOptions,
  ): Broker {
    // Passed through, connections of such a rule would carry any request.
    if (network.hosts.some(({ requests }) => requests !== undefined))
      throw new Error('Rules that say more than hosts and ports are for requests, which nothing holds yet');
    return new Broker({
      rules: rulesOf(network),
      resolver: network.resolver,
      limits: network.limits,
      ...(onRefusedConnection && { onRefused: onRefusedConnection }),
      onLost: () => {
        this.#networkLost = true;
        this.#events?.onNetworkLost();
      },
    });
  }

  /**
   * The program was started.
   *
   * @param pid Host process id of its first process.
   */
  begin(pid: number, events: BesideEvents): void {
    this.#events = events;
    this.terminal?.handOver();
    this.broker?.begin(pid);
    this.#ports?.lead(pid, events.onPortsLost);
    if (this.#networkLost) events.onNetworkLost();
  }

  /** The program has ended; what it printed last can still be read from its terminal, which closes then. */
  end(): void {
    this.#ports?.close();
    this.broker?.close();
  }

  /** The program was not started. */
  close(): void {
    this.#ports?.close();
    this.broker?.close();
    this.terminal?.close();
  }
}
