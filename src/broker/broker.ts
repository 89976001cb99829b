import type { Socket } from 'node:net';
import {
  type Endpoints,
  type PumpId,
  type PumpReport,
  writeDatagram,
  writeJoin,
  writeLimits,
  writeResolver,
  writeVerdict,
} from '../host/pump/records.ts';
import { errnoMeaning, LinuxErrno } from '../linux/errno.ts';
import { type IpAddress, LOOPBACK_ADDRESSES, sameAddress } from '../network/address.ts';
import { decide, decideAddresses } from '../network/decide.ts';
import { DNS_PORT } from '../network/dns/message.ts';
import type { ServedPorts } from '../network/ports.ts';
import type { ConnectAnswer } from '../network/question.ts';
import { type FindClient, nameTarget, type RefusedTarget } from '../network/refusal.ts';
import type { NetworkException, NetworkRule, NetworkRules } from '../network/rule.ts';
import { RESOLVER_ADDRESS, SyntheticTable } from '../network/synthetic.ts';
import type { Attempt, RefusedAttempt } from '../network/verdict.ts';
import { AskedRules } from './asked-rules.ts';
import { decideFound, dialNow } from './decide-now.ts';
import { beginDial, beginGrantedSocketDial, MOST_TRIES } from './dial.ts';
import { type Live, LiveConnections } from './live-connections.ts';
import { type LocalService, type Meant, makeServiceEnds } from './local-service.ts';
import { LookUp } from './look-up.ts';
import { meantBy, refusedTarget, withBothLoopbacks } from './meant.ts';
import { NameService } from './name-service.ts';
import type { BrokerLimits, BrokerOptions, NewListener } from './options.ts';
import { type FoundProcess, findProcess, processOfPeer } from './process-finder.ts';
import { PumpProcess } from './pump-process.ts';
import { RefusalNotes } from './refusal-notes.ts';
import { ServedListeners, withAskedPorts } from './served-listeners.ts';

/** A UNIX socket whose queue is full is tried again after so many milliseconds, and so many times. */
const WAIT = 10;
const MOST_WAITS = 1000;

/** A connection that the pump was given. */
type Joining = {
  readonly meant: Pick<Meant, 'name' | 'port'>;
  readonly service: LocalService;
  readonly findClient: FindClient;
};

/**
 * The part of a program's network that decides: it answers questions for names, looks granted names up when the program
 * connects, dials the addresses that were checked, and hands the sockets to the pump. It never sees the data of
 * connections that lead outside.
 */
export class Broker {
  readonly #options: BrokerOptions;
  readonly #pump: PumpProcess;
  readonly #table = new SyntheticTable();
  readonly #names: NameService;
  readonly #lookUp: LookUp;
  readonly #notes: RefusalNotes;
  readonly #live = new LiveConnections();
  readonly #served: ServedListeners;
  readonly #asked: AskedRules | undefined;
  #rules: NetworkRules;
  /** Connections that the pump was given and has not answered for. */
  readonly #joining = new Map<number, Joining>();
  #nextJoined = 0;
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
      answersAll: options.questions !== undefined,
      table: this.#table,
      others: options.otherNames,
      onRefused: ({ name, denial, remedy }, findClient) =>
        this.#notes.add({ kind: 'look-up', name }, findClient, { denial, remedy }),
    });
    this.#pump = new PumpProcess({
      onReport: (report) => this.#hear(report),
      onEnd: () => this.#lost(),
    });
    const ports = options.questions === undefined ? options.ports : withAskedPorts(options.ports);
    this.#served = new ServedListeners(ports, this.#pump, (more) => this.#openListeners(more));
    this.#asked =
      options.questions &&
      new AskedRules(options.questions, {
        rules: () => this.#rules,
        allow: (rule) => this.allow([rule]),
        serve: (rule) => this.#served.add([rule]),
        processOf: (ends) => this.#processOf(ends),
        isClosed: () => this.#closed,
      });
    this.#pump.send(writeResolver(Uint8Array.from(RESOLVER_ADDRESS.bytes)));
    this.limit(options.limits);
  }

  /** The host descriptor through which the sockets of the program's network go to the pump. */
  get intake(): number {
    return this.#pump.intake;
  }

  /** The program was started; `pid` is the id of its first process. */
  begin(pid: number): void {
    this.#first = pid;
  }

  /** The ports that the program's network has to serve at the start. */
  get ports(): ServedPorts {
    return this.#served.ports;
  }

  /** The targets of connections and flows that are led now, as rules name them. */
  get connections(): readonly string[] {
    return [...this.#live.tcp.values(), ...this.#live.udp.values()].map(({ meant, id }) =>
      nameTarget(refusedTarget(meant, id.protocol)),
    );
  }

  /** The number of connections that were refused without a question, because there were too many questions. */
  get notAsked(): number {
    return this.#options.questions?.notAsked ?? 0;
  }

  /** The rules as they are now. */
  get rules(): NetworkRules {
    return this.#rules;
  }

  /**
   * Allows more.
   *
   * @throws Error when a port cannot be served: one that the program uses itself, or one of UDP beyond `SPARE_PORTS`.
   */
  allow(rules: readonly NetworkRule[]): void {
    this.#served.add(rules);
    this.change({ ...this.#rules, allow: [...this.#rules.allow, ...rules] });
  }

  /**
   * Serves a port of TCP beyond those of rules, so that what comes there is decided about as well.
   *
   * @param local True for the program's loopback alone.
   * @throws Error when it cannot be served: the program may use it itself.
   */
  serve(port: number, local: boolean): void {
    this.#served.addPort(port, local);
  }

  #openListeners(ports: ServedPorts): readonly NewListener[] {
    if (this.#first === undefined || this.#closed) throw new Error('The program does not run');
    return this.#options.openListeners?.(this.#first, ports) ?? [];
  }

  /** Adds exceptions. Connections that are open are reset. */
  deny(exceptions: readonly NetworkException[]): void {
    this.change({ ...this.#rules, except: [...exceptions, ...this.#rules.except] });
  }

  /** Sets other limits, for all that follows. */
  limit(limits: BrokerLimits): void {
    const { connections = 0, connectionsPerSecond = 0, bytesPerSecond = 0, bytes = 0 } = limits;
    this.#pump.send(
      writeLimits({ connectionsAtOnce: connections, connectionsPerSecond, bytesPerSecond, bytes }),
    );
  }

  /** Sets other rules. Connections that they do not allow any more are reset. */
  change(rules: NetworkRules): void {
    this.#rules = rules;
    for (const live of this.#live.all())
      if (!this.#mayStay(live)) this.#pump.send(writeVerdict('kill', live.id));
  }

  /**
   * Connects to a host as a connection of the program would be.
   *
   * @throws Error when no rule allows it, or no address answers.
   */
  dial(attempt: Attempt): Promise<Socket> {
    return dialNow(() => this.#rules, this.#lookUp, attempt);
  }

  /**
   * Leads a connection of the program that came by another way than its network to a service of ours, within the limits.
   *
   * @param descriptor Host descriptor of the program's side, which belongs to this object from now on.
   * @param meant The host that the service stands for.
   */
  join(descriptor: number, meant: Pick<Meant, 'name' | 'port'>, service: LocalService): void {
    this.#nextJoined = (this.#nextJoined + 1) % 2 ** 31;
    const peer = processOfPeer(descriptor);
    this.#joining.set(this.#nextJoined, { meant, service, findClient: () => peer });
    this.#pump.send(writeJoin(this.#nextJoined, 'tcp'), descriptor);
  }

  #joined(id: PumpId, number: number): void {
    const joining = this.#joining.get(number);
    this.#joining.delete(number);
    if (this.#closed || joining?.meant.name === undefined) {
      this.#pump.send(writeVerdict('refuse', id));
      return;
    }
    const { meant, service, findClient } = joining;
    const { name = '', port } = meant;
    const [address] = LOOPBACK_ADDRESSES;
    const attempt: Attempt = { host: { kind: 'name', name }, port, protocol: 'tcp' };
    const live = {
      id,
      attempt,
      address: undefined,
      rest: [],
      meant: { name, port, address },
      findClient,
      once: undefined,
    };
    this.#live.add(live);
    if (this.#mayStay(live)) this.#serve(live, service);
    else this.#end(live);
  }

  /** Ends the pump, and with it all connections. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#options.questions?.end();
    // Its last reports are heard here.
    this.#pump.end();
  }

  #lost(): void {
    if (this.#closed) return;
    this.close();
    this.#options.onLost();
  }

  #hear(report: PumpReport): void {
    switch (report.kind) {
      case 'accepted':
        // The program has ended: its last attempts are noted, and no more is dialled.
        if (this.#closed) this.#noteUnserved(report.ends);
        else this.#accept(report.id, report.ends);
        return;
      case 'failed': {
        const live = this.#live.find(report.id);
        if (live !== undefined) this.#dialNext(live, report.errno);
        return;
      }
      case 'closed':
        this.#live.remove(report.id);
        return;
      case 'datagram': {
        const findClient = (): FoundProcess | undefined => this.#processOf(report.ends);
        this.#names.answerDatagram(report.payload, findClient, (answer) => {
          if (!this.#closed) this.#pump.send(writeDatagram(report.socket, report.ends, answer));
        });
        return;
      }
      case 'refused':
        this.#noteUnserved(report.ends);
        return;
      case 'limit':
        this.#notes.addLimit(report.limit);
        return;
      case 'joined':
        this.#joined(report.id, report.number);
        return;
      case 'not joined':
        this.#joining.delete(report.number);
        return;
      case 'ready':
    }
  }

  #accept(id: PumpId, ends: Endpoints): void {
    const { attempt, meant } = meantBy(ends, this.#table);
    const findClient = (): FoundProcess | undefined => this.#processOf(ends);
    const live: Live = { id, attempt, address: undefined, rest: [], meant, findClient, once: undefined };
    this.#live.add(live);
    if (id.protocol === 'tcp' && meant.port === DNS_PORT && sameAddress(meant.address, RESOLVER_ADDRESS)) {
      this.#serve(live, (socket) => this.#names.serve(socket, findClient));
      return;
    }
    const own = this.#ownService(live, id);
    if (own !== undefined) {
      this.#serve(live, own);
      return;
    }
    this.#lead(live, ends, undefined);
  }

  /**
   * Leads a connection as the rules say now.
   *
   * @param found The addresses of its name, once they were looked up.
   */
  #lead(live: Live, ends: Endpoints, found: readonly IpAddress[] | undefined): void {
    const { attempt, id } = live;
    const verdict = decide(this.#rulesFor(live), attempt);
    if (verdict.kind === 'refused') {
      this.#askOrRefuse(live, verdict, ends, found);
      return;
    }
    const service = id.protocol === 'tcp' ? this.#options.serviceFor?.(verdict.rule, attempt) : undefined;
    if (service !== undefined) {
      this.#serve(live, service);
      return;
    }
    const path = id.protocol === 'tcp' ? this.#options.socketFor?.(verdict.rule) : undefined;
    if (path !== undefined) {
      this.#dialSocket(live, path);
      return;
    }
    if (verdict.kind === 'allowed') {
      this.#dial(live, withBothLoopbacks(verdict.rule, verdict.addresses));
      return;
    }
    const addresses = found ?? this.#lookUp.known(verdict.name);
    if (addresses === undefined) {
      void this.#lookUp.find(verdict.name).then((fresh) => {
        if (!this.#closed && this.#live.find(id) === live) this.#lead(live, ends, fresh);
      });
      return;
    }
    const decided = decideAddresses(this.#rulesFor(live), attempt, verdict.rule, addresses);
    if (decided.kind === 'allowed') this.#dial(live, decided.addresses);
    else if (decided.kind === 'refused') this.#askOrRefuse(live, decided, ends, addresses);
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
    findClient: FindClient,
  ): void {
    this.#notes.add(target, findClient, refused);
  }

  #dial(live: Live, addresses: readonly IpAddress[]): void {
    live.rest = addresses.slice(0, MOST_TRIES);
    this.#dialNext(live, LinuxErrno.EHOSTUNREACH);
  }

  /** Connects to a UNIX socket. One that is full is tried again, as connect(2) would wait for it. */
  #dialSocket(live: Live, path: string, tries = 0): void {
    if (this.#closed || this.#live.find(live.id) !== live) return;
    const socket = beginGrantedSocketDial(path);
    if (socket >= 0) this.#pump.send(writeVerdict('dial', live.id), socket);
    else if (socket === -LinuxErrno.EAGAIN && tries < MOST_WAITS)
      setTimeout(() => this.#dialSocket(live, path, tries + 1), WAIT);
    else this.#unreachable(live, -socket);
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
        this.#pump.send(writeVerdict('dial', id), socket);
        return;
      }
      last = -socket;
    }
    this.#unreachable(live, last);
  }

  #unreachable(live: Live, errno: number): void {
    const { name, address, port } = live.meant;
    const target = { kind: 'connection', name, address, port, protocol: live.attempt.protocol } as const;
    this.#notes.add(target, live.findClient, {
      denial: { kind: 'unreachable', reason: errnoMeaning(errno) },
      remedy: { kind: 'none' },
    });
    this.#end(live);
  }

  #serve(live: Live, service: LocalService): void {
    const { theirs, socket } = makeServiceEnds();
    this.#pump.send(writeVerdict('dial', live.id), theirs);
    service(socket, live.meant, live.findClient);
  }

  /** Lets a connection wait for an answer, where its rule can be asked about. */
  #askOrRefuse(
    live: Live,
    refused: RefusedAttempt,
    ends: Endpoints,
    found: readonly IpAddress[] | undefined,
  ): void {
    const { remedy } = refused;
    const asked = this.#asked;
    if (asked === undefined || remedy.kind !== 'rule') {
      this.#refuse(live, refused, ends);
      return;
    }
    const goOn = (answer: ConnectAnswer): void => {
      if (this.#closed || this.#live.find(live.id) !== live) return;
      if (answer === 'once') live.once = remedy.rule;
      if (answer !== false && decide(this.#rulesFor(live), live.attempt).kind !== 'refused')
        this.#lead(live, ends, found);
      else this.#refuse(live, refused, ends);
    };
    if (asked.takeOnce(remedy.rule)) goOn('once');
    else void asked.ask(remedy.rule, live.meant, ends).then(goOn);
  }

  #rulesFor({ once }: Live): NetworkRules {
    return once === undefined ? this.#rules : { ...this.#rules, allow: [...this.#rules.allow, once] };
  }

  #refuse(live: Live, refused: RefusedAttempt, ends: Endpoints): void {
    this.#notes.add(refusedTarget(live.meant, ends.protocol), live.findClient, refused);
    this.#end(live);
  }

  #end({ id }: Live): void {
    this.#live.remove(id);
    this.#pump.send(writeVerdict('refuse', id));
  }

  #processOf(ends: Endpoints): ReturnType<typeof findProcess> {
    return this.#first === undefined ? undefined : findProcess(this.#first, ends);
  }

  /** An attempt on a port that nothing serves: the kernel has refused it already. */
  #noteUnserved(ends: Endpoints): void {
    const { attempt, meant } = meantBy(ends, this.#table);
    const verdict = decide(this.#rules, attempt);
    if (verdict.kind !== 'refused') return;
    // The answer is for the next attempt: this one was refused already.
    if (verdict.remedy.kind === 'rule' && !this.#closed)
      this.#asked?.askForNext(verdict.remedy.rule, meant, ends);
    this.#notes.add(
      refusedTarget(meant, ends.protocol),
      () => this.#processOf(ends) ?? this.#late(meant),
      verdict,
    );
  }

  #late(meant: Meant): FoundProcess | undefined {
    return this.#first === undefined ? undefined : this.#options.findLate?.(this.#first, meant);
  }

  /** Decides about a connection once more, by the address that it has. */
  #mayStay(live: Live): boolean {
    const { attempt, address } = live;
    if (address === undefined) return decide(this.#rulesFor(live), attempt).kind !== 'refused';
    return decideFound(this.#rulesFor(live), attempt, [address]).kind === 'allowed';
  }
}
