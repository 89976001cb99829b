import { CarriedSockets } from '../broker/carried-sockets.ts';
import { ModuleNetwork } from '../broker/module-network.ts';
import type { ConnectionRefusal } from '../network/refusal.ts';
import type { LaunchOptions } from '../process/options.ts';
import { type HostsGrant, rulesOf, socketFinder } from '../resources/hosts.ts';
import { HeldNetwork, type HeldRule, heldRulesOf } from './linux/held-network.ts';

/** The surroundings of the network of a program that is handed sockets. */
export type GuestNetworkOptions = {
  readonly onRefused: LaunchOptions['onRefusedConnection'];
  /** Called when a process that carries or holds its connections has ended by itself. */
  readonly onLost: () => void;
};

/** The network of a program that is handed sockets: it connects as the rules allow, and holds limits and requests. */
export class GuestNetwork {
  readonly #grant: HostsGrant;
  readonly #socketFor: ReturnType<typeof socketFinder>;
  readonly #options: GuestNetworkOptions;
  readonly #held: HeldNetwork | undefined;
  readonly #carried: CarriedSockets | undefined;
  #connections: ModuleNetwork | undefined;

  /**
   * Starts the processes that hold requests and limits.
   *
   * @throws ResourceError for a secret that cannot be had, SystemError.
   */
  constructor(grant: HostsGrant, options: GuestNetworkOptions) {
    this.#grant = grant;
    this.#socketFor = socketFinder(grant);
    this.#options = options;
    const { onLost } = options;
    const rules = heldRulesOf(grant).map(withTls);
    if (rules.length > 0)
      this.#held = new HeldNetwork(rules, {
        dial: ({ name, port }) => {
          if (this.#connections === undefined) throw new Error('The program has not started');
          return this.#connections.dial({ host: { kind: 'name', name }, port, protocol: 'tcp' });
        },
        onRefused: (target, refused, findClient) =>
          this.#connections?.noteRequest(target, refused, findClient),
        onLost,
      });
    if (Object.keys(grant.limits).length > 0)
      this.#carried = new CarriedSockets(grant.limits, {
        onLimit: (limit) => this.#connections?.noteLimit(limit),
        onLost,
      });
  }

  /**
   * The program was started.
   *
   * @param socket Host descriptor of our end, which belongs to this object from now on.
   */
  begin(socket: number, process: ConnectionRefusal['process']): void {
    const { resolver } = this.#grant;
    const held = this.#held;
    this.#connections = new ModuleNetwork(socket, {
      rules: rulesOf(this.#grant),
      resolver,
      onRefused: this.#options.onRefused,
      process,
      socketFor: this.#socketFor,
      ...(held && {
        serviceFor: (rule) => held.serviceFor(rule),
        serviceAt: (port) => held.serviceAt(port),
      }),
      carried: this.#carried,
    });
  }

  /** The program has ended, or was not started. */
  close(): void {
    this.#connections?.close();
    this.#carried?.close();
    this.#held?.end();
  }
}

/** Such a program trusts no authority of ours, so that it speaks without TLS to us, and TLS begins here. */
function withTls({ requests, ...rule }: HeldRule): HeldRule {
  const { upstream } = requests;
  return { ...rule, requests: { ...requests, upstream: upstream === 'plain' ? 'plain' : 'tls' } };
}
