import { closeSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { reapIfEnded } from '../host/processes/spawn.ts';
import { PumpControl } from '../host/pump/control.ts';
import {
  type Endpoints,
  type PumpId,
  type PumpReport,
  type ReachedLimit,
  writeDatagram,
  writeLimits,
  writeResolver,
  writeVerdict,
} from '../host/pump/records.ts';
import { type StartedPump, startPump } from '../host/pump/start.ts';
import { LinuxErrno } from '../linux/errno.ts';
import {
  addressOfBytes,
  formatAddress,
  type IpAddress,
  LOOPBACK_ADDRESSES,
  sameAddress,
} from '../network/address.ts';
import { decide, decideAddresses } from '../network/decide.ts';
import { unmapped } from '../network/embedded.ts';
import type { ConnectionRefusal, RefusedTarget } from '../network/refusal.ts';
import type { NetworkRule, NetworkRules } from '../network/rule.ts';
import { RESOLVER_ADDRESS, SyntheticTable } from '../network/synthetic.ts';
import type { Attempt, RefusedAttempt } from '../network/verdict.ts';
import { beginDial } from './dial.ts';
import { type LocalService, type Meant, makeServiceEnds } from './local-service.ts';
import { LookUp, type NameServer } from './look-up.ts';
import { NameService } from './name-service.ts';
import { findProcess } from './process-finder.ts';
import { RefusalNotes } from './refusal-notes.ts';

/** Limits of all connections of a program together; those that are left out do not exist. */
export type BrokerLimits = {
  readonly connections?: number;
  readonly connectionsPerSecond?: number;
  readonly bytesPerSecond?: number;
  readonly bytes?: number;
};

/** The parts of a broker. */
export type BrokerOptions = {
  readonly rules: NetworkRules;
  /** The server that looks up granted names; `undefined` for the way of the host. */
  readonly resolver: NameServer | undefined;
  readonly limits: BrokerLimits;
  /** Called for each refusal, as far as there are not too many at once. */
  readonly onRefused?: (refusal: ConnectionRefusal) => void;
  /** Called when a granted host could not be reached, with the last error (errno(3)). */
  readonly onUnreachable?: (meant: Meant, errno: number) => void;
  readonly onLimit?: (limit: ReachedLimit) => void;
  /** Called when the pump has ended by itself: nothing leads outside any more. */
  readonly onLost: () => void;
  /** Finds the service of ours that connections of a rule lead to, in place of the host outside. */
  readonly serviceFor?: (rule: NetworkRule, attempt: Attempt) => LocalService | undefined;
  /** Finds the service of ours at a port of the program's own loopback. */
  readonly serviceAt?: (port: number) => LocalService | undefined;
};

/** The most addresses of a name that are tried. */
const MOST_TRIES = 8;

/** The port of the resolver. */
const DOMAIN = 53;

/** A connection or a flow of datagrams that the pump leads or wants to lead. */
type Live = {
  readonly id: PumpId;
  readonly attempt: Attempt;
  /** The address that is dialled; none for services of ours, and as long as names are looked up. */
  address: IpAddress | undefined;
  /** Addresses that were checked and are tried next. */
  rest: readonly IpAddress[];
  readonly meant: Meant;
};

/**
 * The part of a program's network that decides: it answers questions for names, looks granted names up when the program
 * connects, dials the addresses that were checked, and hands the sockets to the pump. It never sees the data of
 * connections that lead outside.
 */
export class Broker {
  readonly #options: BrokerOptions;
  readonly #pump: StartedPump;
  readonly #control: PumpControl;
  readonly #table = new SyntheticTable();
  readonly #names: NameService;
  readonly #lookUp: LookUp;
  readonly #notes: RefusalNotes;
  /** Connections and flows by protocol and index of the pump. */
  readonly #live = { tcp: new Map<number, Live>(), udp: new Map<number, Live>() };
  #rules: NetworkRules;
  #intake: number | undefined;
  #first: number | undefined;
  #closed = false;

  /**
   * Starts the pump.
   *
   * @throws SpawnError, SystemError
   */
  constructor(options: BrokerOptions) {
    this.#options = options;
    this.#rules = options.rules;
    this.#lookUp = new LookUp(options.resolver);
    this.#notes = new RefusalNotes(options.onRefused);
    this.#names = new NameService({
      rules: () => this.#rules,
      table: this.#table,
      onRefused: ({ name, denial, remedy }) =>
        this.#notes.add({ kind: 'look-up', name }, undefined, { denial, remedy }),
    });
    this.#pump = startPump();
    this.#intake = this.#pump.intake;
    this.#control = new PumpControl(this.#pump.control, {
      onReport: (report) => this.#hear(report),
      onEnd: () => this.#lost(),
    });
    this.#control.send(writeResolver(Uint8Array.from(RESOLVER_ADDRESS.bytes)));
    this.limit(options.limits);
  }

  /**
   * The host descriptor through which the sockets of the program's network go to the pump. It is closed by `begin`.
   */
  get intake(): number {
    if (this.#intake === undefined) throw new Error('The network was handed over already');
    return this.#intake;
  }

  /** The program was started; `pid` is the id of its first process. */
  begin(pid: number): void {
    this.#first = pid;
    this.#closeIntake();
  }

  /** Sets other limits, for all that follows. */
  limit(limits: BrokerLimits): void {
    const { connections = 0, connectionsPerSecond = 0, bytesPerSecond = 0, bytes = 0 } = limits;
    this.#control.send(
      writeLimits({ connectionsAtOnce: connections, connectionsPerSecond, bytesPerSecond, bytes }),
    );
  }

  /** Sets other rules. Connections that they do not allow any more are reset. */
  change(rules: NetworkRules): void {
    this.#rules = rules;
    for (const live of [...this.#live.tcp.values(), ...this.#live.udp.values()])
      if (!this.#mayStay(live)) this.#control.send(writeVerdict('kill', live.id));
  }

  /**
   * Connects to a host as a connection of the program would be: looked up, checked, and dialled by address.
   *
   * @returns A connected socket, of which nothing was read.
   * @throws Error when no rule allows it, or no address answers.
   */
  async dial(attempt: Attempt): Promise<Socket> {
    const decided = await this.#decide(attempt);
    if (decided.kind === 'refused') throw new Error('No rule grants this connection');
    let last = new Error('There is no address');
    for (const address of decided.addresses.slice(0, MOST_TRIES)) {
      try {
        return await connected(address, attempt.port);
      } catch (error) {
        if (error instanceof Error) last = error;
      }
    }
    throw last;
  }

  /** Ends the pump, and with it all connections. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#closeIntake();
    this.#control.close();
    this.#reap(1);
  }

  #closeIntake(): void {
    if (this.#intake !== undefined) closeSync(this.#intake);
    this.#intake = undefined;
  }

  #lost(): void {
    if (this.#closed) return;
    this.close();
    this.#options.onLost();
  }

  /** A pump ends as soon as its control socket closes; nothing waits for it. */
  #reap(pause: number): void {
    if (reapIfEnded(this.#pump.process.pid) === undefined) {
      setTimeout(() => this.#reap(Math.min(2 * pause, 1000)), pause).unref();
      return;
    }
    closeSync(this.#pump.process.pidfd);
  }

  #hear(report: PumpReport): void {
    switch (report.kind) {
      case 'accepted':
        this.#accept(report.id, report.ends);
        return;
      case 'failed': {
        const live = this.#find(report.id);
        if (live !== undefined) this.#dialNext(live, report.errno);
        return;
      }
      case 'closed':
        if (this.#find(report.id) !== undefined) this.#live[report.id.protocol].delete(report.id.index);
        return;
      case 'datagram': {
        const answer = this.#names.answerDatagram(report.payload);
        if (answer !== undefined) this.#control.send(writeDatagram(report.socket, report.ends, answer));
        return;
      }
      case 'refused':
        this.#noteUnserved(report.ends);
        return;
      case 'limit':
        this.#options.onLimit?.(report.limit);
        return;
      case 'ready':
      case 'established':
    }
  }

  #find({ protocol, index, generation }: PumpId): Live | undefined {
    const live = this.#live[protocol].get(index);
    return live?.id.generation === generation ? live : undefined;
  }

  #accept(id: PumpId, ends: Endpoints): void {
    const { attempt, meant } = this.#meant(ends);
    const live: Live = { id, attempt, address: undefined, rest: [], meant };
    this.#live[id.protocol].set(id.index, live);
    if (id.protocol === 'tcp' && meant.port === DOMAIN && sameAddress(meant.address, RESOLVER_ADDRESS)) {
      this.#serve(live, (socket) => this.#names.serve(socket));
      return;
    }
    const own = this.#ownService(live, id);
    if (own !== undefined) {
      this.#serve(live, own);
      return;
    }
    const verdict = decide(this.#rules, attempt);
    if (verdict.kind === 'refused') {
      this.#refuse(live, ends, verdict);
      return;
    }
    const service = id.protocol === 'tcp' ? this.#options.serviceFor?.(verdict.rule, attempt) : undefined;
    if (service !== undefined) {
      this.#serve(live, service);
      return;
    }
    if (verdict.kind === 'allowed') {
      this.#dial(live, withBothLoopbacks(verdict.rule, verdict.addresses));
      return;
    }
    const { name, rule } = verdict;
    const known = this.#lookUp.known(name);
    if (known !== undefined) {
      this.#dialGranted(live, ends, rule, known);
      return;
    }
    void this.#lookUp.find(name).then((addresses) => {
      if (!this.#closed && this.#find(id) === live) this.#dialGranted(live, ends, rule, addresses);
    });
  }

  #ownService({ meant }: Live, { protocol }: PumpId): LocalService | undefined {
    if (protocol !== 'tcp' || !LOOPBACK_ADDRESSES.some((one) => sameAddress(one, meant.address)))
      return undefined;
    return this.#options.serviceAt?.(meant.port);
  }

  /** Reports a request that a service of ours has refused. */
  noteRequest(
    target: Extract<RefusedTarget, { kind: 'request' }>,
    refused: Pick<RefusedAttempt, 'denial' | 'remedy'>,
  ): void {
    this.#notes.add(target, undefined, refused);
  }

  /** Finds the host that an attempt meant: a synthetic address stands for the name that was looked up. */
  #meant({ protocol, target }: Endpoints): { readonly attempt: Attempt; readonly meant: Meant } {
    const address = unmapped(addressOfBytes(target.address));
    const name = this.#table.nameOf(address);
    const host =
      name === undefined ? ({ kind: 'address', address } as const) : ({ kind: 'name', name } as const);
    return { attempt: { host, port: target.port, protocol }, meant: { name, address, port: target.port } };
  }

  /** Decides about the addresses that a granted name has now, and dials those that remain. */
  #dialGranted(live: Live, ends: Endpoints, rule: NetworkRule, addresses: readonly IpAddress[]): void {
    const verdict = decideAddresses(this.#rules, live.attempt, rule, addresses);
    if (verdict.kind === 'allowed') this.#dial(live, verdict.addresses);
    else if (verdict.kind === 'refused') this.#refuse(live, ends, verdict);
  }

  #dial(live: Live, addresses: readonly IpAddress[]): void {
    live.rest = addresses.slice(0, MOST_TRIES);
    this.#dialNext(live, LinuxErrno.EHOSTUNREACH);
  }

  /** Dials the next address that was checked; the last error is for when there is none. */
  #dialNext(live: Live, errno: number): void {
    const { attempt, id } = live;
    let last = errno;
    for (;;) {
      const [address, ...rest] = live.rest;
      if (address === undefined) break;
      live.rest = rest;
      const socket = beginDial({ address, port: attempt.port, protocol: attempt.protocol }, rest.length > 0);
      if (socket >= 0) {
        live.address = address;
        this.#control.send(writeVerdict('dial', id), socket);
        return;
      }
      last = -socket;
    }
    this.#end(live);
    this.#options.onUnreachable?.(live.meant, last);
  }

  #serve(live: Live, service: LocalService): void {
    const { theirs, socket } = makeServiceEnds();
    this.#control.send(writeVerdict('dial', live.id), theirs);
    service(socket, live.meant);
  }

  #refuse(live: Live, ends: Endpoints, { denial, remedy }: RefusedAttempt): void {
    const { name, address, port } = live.meant;
    const target = {
      kind: 'connection',
      name,
      address: name === undefined ? address : undefined,
      port,
      protocol: ends.protocol,
    } as const;
    this.#notes.add(target, () => this.#processOf(ends), { denial, remedy });
    this.#end(live);
  }

  #end({ id }: Live): void {
    this.#live[id.protocol].delete(id.index);
    this.#control.send(writeVerdict('refuse', id));
  }

  #processOf(ends: Endpoints): ReturnType<typeof findProcess> {
    return this.#first === undefined ? undefined : findProcess(this.#first, ends);
  }

  /** An attempt on a port that nothing serves: the kernel has refused it already. */
  #noteUnserved(ends: Endpoints): void {
    const { attempt, meant } = this.#meant(ends);
    const verdict = decide(this.#rules, attempt);
    if (verdict.kind !== 'refused') return;
    const { name, address, port } = meant;
    const target = {
      kind: 'connection',
      name,
      address: name === undefined ? address : undefined,
      port,
      protocol: ends.protocol,
    } as const;
    this.#notes.add(target, () => this.#processOf(ends), verdict);
  }

  async #decide(
    attempt: Attempt,
  ): Promise<RefusedAttempt | { readonly kind: 'allowed'; readonly addresses: readonly IpAddress[] }> {
    const verdict = decide(this.#rules, attempt);
    if (verdict.kind !== 'resolve') return verdict;
    const addresses = this.#lookUp.known(verdict.name) ?? (await this.#lookUp.find(verdict.name));
    const decided = decideAddresses(this.#rules, attempt, verdict.rule, addresses);
    if (decided.kind === 'resolve') throw new Error('A name was looked up twice');
    return decided;
  }

  /** Decides about a connection once more, by the address that it has. */
  #mayStay({ attempt, address }: Live): boolean {
    const verdict = decide(this.#rules, attempt);
    if (verdict.kind !== 'resolve') return verdict.kind === 'allowed';
    if (address === undefined) return true;
    return decideAddresses(this.#rules, attempt, verdict.rule, [address]).kind === 'allowed';
  }
}

/** A service of the host at `localhost` may listen on either of its addresses. */
function withBothLoopbacks({ host }: NetworkRule, addresses: readonly IpAddress[]): readonly IpAddress[] {
  if (host.kind !== 'localhost') return addresses;
  const others = LOOPBACK_ADDRESSES.filter((one) => !addresses.some((known) => sameAddress(known, one)));
  return [...addresses, ...others];
}

/** Connects to an address, which is looked up nowhere. */
function connected(address: IpAddress, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: formatAddress(address), port, allowHalfOpen: true, noDelay: true });
    // The caller reads it.
    socket.pause();
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve(socket);
    });
    socket.once('error', reject);
  });
}
