import { writeListen } from '../host/pump/records.ts';
import { type ServedPorts, servedPorts } from '../network/ports.ts';
import type { NetworkRule } from '../network/rule.ts';
import type { NewListener } from './options.ts';
import type { PumpProcess } from './pump-process.ts';

/** Ports that are served wherever there is something to ask, so that a first connection can wait for the answer. */
const ASKED_PORTS: readonly number[] = [80, 443];

/** The ports that a program's network serves. More are served while it runs. */
export class ServedListeners {
  readonly #pump: PumpProcess;
  readonly #open: (ports: ServedPorts) => readonly NewListener[];
  #ports: ServedPorts;

  /**
   * @param ports Those from the start.
   * @param open Makes listeners in the network; throws when the program does not run.
   */
  constructor(ports: ServedPorts, pump: PumpProcess, open: (ports: ServedPorts) => readonly NewListener[]) {
    this.#ports = ports;
    this.#pump = pump;
    this.#open = open;
  }

  /** The ports that are served now. */
  get ports(): ServedPorts {
    return this.#ports;
  }

  /**
   * Serves the ports of rules that are not served yet.
   *
   * @throws Error when a port cannot be served: one of UDP that was not served from the start, or one that the program
   *   uses itself.
   */
  add(rules: readonly NetworkRule[]): void {
    const wanted = servedPorts(rules);
    const { tcp, localTcp, udp, localUdp } = this.#ports;
    const isNew = (port: number): boolean => !tcp.includes(port) && !localTcp.includes(port);
    const datagrams = [...wanted.udp, ...wanted.localUdp].find(
      (port) => !udp.includes(port) && !localUdp.includes(port),
    );
    if (datagrams !== undefined)
      throw new Error(
        `Port ${datagrams} of UDP cannot be served while the program runs: grant it from the start`,
      );
    const more: ServedPorts = {
      tcp: wanted.tcp.filter(isNew),
      localTcp: wanted.localTcp.filter(isNew),
      udp: [],
      localUdp: [],
    };
    this.#listen(more);
    this.#ports = {
      ...this.#ports,
      tcp: [...tcp, ...more.tcp],
      localTcp: [...localTcp, ...more.localTcp],
    };
  }

  /**
   * Serves a port of TCP beyond those of rules, so that what comes there is decided about as well.
   *
   * @param local True for the program's loopback alone.
   * @throws Error when it cannot be served: the program may use it itself.
   */
  addPort(port: number, local: boolean): void {
    const { tcp, localTcp } = this.#ports;
    if (tcp.includes(port) || (local && localTcp.includes(port))) return;
    this.#listen({ tcp: local ? [] : [port], localTcp: local ? [port] : [], udp: [], localUdp: [] });
    this.#ports = local
      ? { ...this.#ports, localTcp: [...localTcp, port] }
      : { ...this.#ports, tcp: [...tcp, port] };
  }

  #listen(ports: ServedPorts): void {
    const wanted = [...ports.tcp, ...ports.localTcp];
    if (wanted.length === 0) return;
    const listeners = this.#open(ports);
    for (const { port, descriptor } of listeners) this.#pump.send(writeListen(port), descriptor);
    const lacks = wanted.find((port) => !listeners.some((one) => one.port === port));
    if (lacks !== undefined) throw new Error(`Port ${lacks} cannot be served: the program may use it itself`);
  }
}

/** Adds the ports on which a first connection waits for an answer. */
export function withAskedPorts(ports: ServedPorts): ServedPorts {
  const asked = ASKED_PORTS.filter((port) => !ports.tcp.includes(port));
  return {
    ...ports,
    tcp: [...ports.tcp, ...asked],
    localTcp: ports.localTcp.filter((port) => !asked.includes(port)),
  };
}
