import { writeListen, writeServe } from '../host/pump/records.ts';
import { DNS_PORT } from '../network/dns/message.ts';
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
   * @throws Error when a port cannot be served: one that the program uses itself, one that is served for its loopback alone, or
   *   one of UDP beyond the spare sockets.
   */
  add(rules: readonly NetworkRule[]): void {
    const wanted = servedPorts(rules);
    const { tcp, localTcp } = this.#ports;
    this.#listen({
      tcp: wanted.tcp.filter((port) => !tcp.includes(port)),
      localTcp: wanted.localTcp.filter((port) => !tcp.includes(port) && !localTcp.includes(port)),
      udp: [],
      localUdp: [],
    });
    for (const port of wanted.udp) this.#takeDatagrams(port, 'udp');
    for (const port of wanted.localUdp) this.#takeDatagrams(port, 'localUdp');
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
  }

  #takeDatagrams(port: number, kind: 'udp' | 'localUdp'): void {
    const { udp, localUdp } = this.#ports;
    if (udp.includes(port) || (kind === 'localUdp' && localUdp.includes(port))) return;
    if (localUdp.includes(port)) throw onlyLocal(port, 'UDP');
    if (port === DNS_PORT && kind === 'udp')
      throw new Error(`Port ${port} of UDP is that of the program's resolver: grant it from the start`);
    this.#pump.spares.bind(port, kind === 'localUdp', (socket) => this.#pump.send(writeServe(socket, port)));
    this.#ports = { ...this.#ports, [kind]: [...this.#ports[kind], port] };
  }

  #listen(ports: ServedPorts): void {
    const wanted = [...ports.tcp, ...ports.localTcp];
    if (wanted.length === 0) return;
    const { tcp, localTcp } = this.#ports;
    const local = ports.tcp.find((port) => localTcp.includes(port));
    if (local !== undefined) throw onlyLocal(local, 'TCP');
    const listeners = this.#open(ports);
    for (const { port, descriptor } of listeners) this.#pump.send(writeListen(port), descriptor);
    const lacks = wanted.find((port) => !listeners.some((one) => one.port === port));
    if (lacks !== undefined) throw new Error(`Port ${lacks} cannot be served: the program may use it itself`);
    this.#ports = {
      ...this.#ports,
      tcp: [...tcp, ...ports.tcp],
      localTcp: [...localTcp, ...ports.localTcp],
    };
  }
}

function onlyLocal(port: number, protocol: string): Error {
  return new Error(
    `Port ${port} of ${protocol} is served for the program's loopback alone: grant it for hosts from the start`,
  );
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
