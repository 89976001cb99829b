import { closeSync } from 'node:fs';
import type { Socket } from 'node:net';
import type { Questions } from '../asking/questions.ts';
import { reapIfEnded } from '../host/processes/spawn.ts';
import { PumpControl } from '../host/pump/control.ts';
import {
  type Endpoints,
  type PumpId,
  type PumpReport,
  type ReachedLimit,
  writeDatagram,
  writeLimits,
  writeListen,
  writeResolver,
  writeVerdict,
} from '../host/pump/records.ts';
import { type StartedPump, startPump } from '../host/pump/start.ts';
import { errnoMeaning, LinuxErrno } from '../linux/errno.ts';
import { type IpAddress, LOOPBACK_ADDRESSES, sameAddress } from '../network/address.ts';
import { decide, decideAddresses } from '../network/decide.ts';
import { DNS_PORT } from '../network/dns/message.ts';
import { type ServedPorts, servedPorts } from '../network/ports.ts';
import { printRule } from '../network/print-rule.ts';
import type { ConnectAnswer } from '../network/question.ts';
import type { ConnectionRefusal, RefusedTarget } from '../network/refusal.ts';
import type { NetworkException, NetworkRule, NetworkRules } from '../network/rule.ts';
import { RESOLVER_ADDRESS, SyntheticTable } from '../network/synthetic.ts';
import type { Attempt, RefusedAttempt } from '../network/verdict.ts';
import { decideFound, decideNow } from './decide-now.ts';
import { beginDial, connectTo, MOST_TRIES } from './dial.ts';
import { type LocalService, type Meant, makeServiceEnds } from './local-service.ts';
import { LookUp, type NameServer } from './look-up.ts';
import { meantBy, refusedTarget, withBothLoopbacks } from './meant.ts';
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
  /** The ports that these rules and services of ours need. */
  readonly ports: ServedPorts;
  /** The server that looks up granted names; `undefined` for the way of the host. */
  readonly resolver: NameServer | undefined;
  readonly limits: BrokerLimits;
  /** Called for each refusal, as far as there are not too many at once. */
  readonly onRefused?: (refusal: ConnectionRefusal) => void;
  /** Called when the pump has ended by itself: nothing leads outside any more. */
  readonly onLost: () => void;
  /** Finds the service of ours that connections of a rule lead to, in place of the host outside. */
  readonly serviceFor?: (rule: NetworkRule, attempt: Attempt) => LocalService | undefined;
  /** Asks about connections that no rule allows; without it, they are refused. */
  readonly questions?: Questions;
  /** Makes listeners in the program's network, for ports that are granted while it runs. */
  readonly openListeners?: (first: number, ports: ServedPorts) => readonly NewListener[];
  /** Finds the service of ours at a port of the program's own loopback. */
  readonly serviceAt?: (port: number) => LocalService | undefined;
};

/** A host descriptor of a socket that listens in the program's network. */
export type NewListener = { readonly port: number; readonly descriptor: number };

/** Ports that are served wherever there is something to ask, so that a first connection can wait for the answer. */
const ASKED_PORTS: readonly number[] = [80, 443];

/** The names of limits in a document; `room` is that of the process that carries connections. */
const LIMIT_NAMES: Readonly<Record<ReachedLimit, string>> = {
  'at once': 'connections',
  'per second': 'connections_per_second',
  speed: 'bytes_per_second',
  total: 'bytes',
  room: 'room for connections',
};

/** A connection or a flow of datagrams that the pump leads or wants to lead. */
type Live = {
  readonly id: PumpId;
  readonly attempt: Attempt;
  /** The address that is dialled; none for services of ours, and as long as names are looked up. */
  address: IpAddress | undefined;
  /** Addresses that were checked and are tried next. */
  rest: readonly IpAddress[];
  readonly meant: Meant;
  /** A rule that counts for this one alone. */
  once: NetworkRule | undefined;
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
  readonly #questions: Questions | undefined;
  /** Rules that count for the next connection alone, as they are written. */
  readonly #nextOnce = new Set<string>();
  #rules: NetworkRules;
  #served: ServedPorts;
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
    this.#questions = options.questions;
    this.#served = this.#questions === undefined ? options.ports : withAskedPorts(options.ports);
    this.#lookUp = new LookUp(options.resolver);
    this.#notes = new RefusalNotes(options.onRefused);
    this.#names = new NameService({
      rules: () => this.#rules,
      answersAll: options.questions !== undefined,
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

  /** The ports that the program's network has to serve at the start. */
  get ports(): ServedPorts {
    return this.#served;
  }

  /** The number of connections that were refused without a question, because there were too many questions. */
  get notAsked(): number {
    return this.#questions?.notAsked ?? 0;
  }

  /** The rules as they are now. */
  get rules(): NetworkRules {
    return this.#rules;
  }

  /**
   * Allows more.
   *
   * @throws Error when a port cannot be served: one of UDP that was not served from the start, or one that the program
   *   uses itself.
   */
  allow(rules: readonly NetworkRule[]): void {
    this.#listenFor(rules);
    this.change({ ...this.#rules, allow: [...this.#rules.allow, ...rules] });
  }

  /** Serves the ports of rules that are not served yet. */
  #listenFor(rules: readonly NetworkRule[]): void {
    const wanted = servedPorts(rules);
    const { tcp, localTcp, udp, localUdp } = this.#served;
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
    this.#served = {
      ...this.#served,
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
  serve(port: number, local: boolean): void {
    const { tcp, localTcp } = this.#served;
    if (tcp.includes(port) || (local && localTcp.includes(port))) return;
    this.#listen({ tcp: local ? [] : [port], localTcp: local ? [port] : [], udp: [], localUdp: [] });
    this.#served = local
      ? { ...this.#served, localTcp: [...localTcp, port] }
      : { ...this.#served, tcp: [...tcp, port] };
  }

  /** Adds exceptions. Connections that are open are reset. */
  deny(exceptions: readonly NetworkException[]): void {
    this.change({ ...this.#rules, except: [...exceptions, ...this.#rules.except] });
  }

  #listen(ports: ServedPorts): void {
    const wanted = [...ports.tcp, ...ports.localTcp];
    if (wanted.length === 0) return;
    if (this.#first === undefined || this.#closed) throw new Error('The program does not run');
    const listeners = this.#options.openListeners?.(this.#first, ports) ?? [];
    for (const { port, descriptor } of listeners) this.#control.send(writeListen(port), descriptor);
    const lacks = wanted.find((port) => !listeners.some((one) => one.port === port));
    if (lacks !== undefined) throw new Error(`Port ${lacks} cannot be served: the program may use it itself`);
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
    const verdict = await decideNow(() => this.#rules, this.#lookUp, attempt);
    if (verdict.kind !== 'allowed') throw new Error('No rule grants this connection');
    let last: unknown = new Error('There is no address');
    for (const address of verdict.addresses.slice(0, MOST_TRIES)) {
      try {
        return await connectTo(address, attempt.port);
      } catch (error) {
        last = error;
      }
    }
    throw last;
  }

  /** Ends the pump, and with it all connections. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#questions?.end();
    this.#closeIntake();
    // Its last reports are heard here.
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
        // The program has ended: its last attempts are noted, and no more is dialled.
        if (this.#closed) this.#noteUnserved(report.ends);
        else this.#accept(report.id, report.ends);
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
        this.#notes.add({ kind: 'limit' }, undefined, {
          denial: { kind: 'limit', limit: LIMIT_NAMES[report.limit] },
          remedy: { kind: 'none' },
        });
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
    const { attempt, meant } = meantBy(ends, this.#table);
    const live: Live = { id, attempt, address: undefined, rest: [], meant, once: undefined };
    this.#live[id.protocol].set(id.index, live);
    if (id.protocol === 'tcp' && meant.port === DNS_PORT && sameAddress(meant.address, RESOLVER_ADDRESS)) {
      this.#serve(live, (socket) => this.#names.serve(socket));
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
    if (verdict.kind === 'allowed') {
      this.#dial(live, withBothLoopbacks(verdict.rule, verdict.addresses));
      return;
    }
    const addresses = found ?? this.#lookUp.known(verdict.name);
    if (addresses === undefined) {
      void this.#lookUp.find(verdict.name).then((fresh) => {
        if (!this.#closed && this.#find(id) === live) this.#lead(live, ends, fresh);
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
  ): void {
    this.#notes.add(target, undefined, refused);
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
    const { name, address, port } = live.meant;
    const target = { kind: 'connection', name, address, port, protocol: attempt.protocol } as const;
    this.#notes.add(target, undefined, {
      denial: { kind: 'unreachable', reason: errnoMeaning(last) },
      remedy: { kind: 'none' },
    });
  }

  #serve(live: Live, service: LocalService): void {
    const { theirs, socket } = makeServiceEnds();
    this.#control.send(writeVerdict('dial', live.id), theirs);
    service(socket, live.meant);
  }

  /** Lets a connection wait for an answer, where its rule can be asked about. */
  #askOrRefuse(
    live: Live,
    refused: RefusedAttempt,
    ends: Endpoints,
    found: readonly IpAddress[] | undefined,
  ): void {
    const { remedy } = refused;
    const questions = this.#questions;
    if (questions === undefined || remedy.kind !== 'rule') {
      this.#refuse(live, refused, ends);
      return;
    }
    const goOn = (answer: ConnectAnswer): void => {
      if (this.#closed || this.#find(live.id) !== live) return;
      if (answer === 'once') live.once = remedy.rule;
      if (answer !== false && decide(this.#rulesFor(live), live.attempt).kind !== 'refused')
        this.#lead(live, ends, found);
      else this.#refuse(live, refused, ends);
    };
    const text = printRule(remedy.rule);
    if (this.#nextOnce.delete(text)) goOn('once');
    else void this.#ask(questions, remedy.rule, live.meant, ends).then(goOn);
  }

  /** Asks about a rule. Unless it is for once, a positive answer changes the rules. */
  async #ask(questions: Questions, rule: NetworkRule, meant: Meant, ends: Endpoints): Promise<ConnectAnswer> {
    const { protocol } = ends;
    const text = printRule(rule);
    const answer = await questions.ask(text, () => ({
      kind: 'connection',
      rule: text,
      ...meant,
      protocol,
      process: this.#processOf(ends),
    }));
    if (answer !== true || this.#closed) return answer;
    if (this.#rules.allow.some((one) => printRule(one) === text)) return true;
    try {
      this.allow([rule]);
      return true;
    } catch {
      return false;
    }
  }

  /** Asks about an attempt that the kernel has refused already: an answer is for the next one. */
  #askForNext(questions: Questions, rule: NetworkRule, meant: Meant, ends: Endpoints): void {
    void this.#ask(questions, rule, meant, ends).then((answer) => {
      if (answer !== 'once' || this.#closed) return;
      this.#nextOnce.add(printRule(rule));
      try {
        this.#listenFor([rule]);
      } catch {
        // The next attempt is refused as this one was.
      }
    });
  }

  #rulesFor({ once }: Live): NetworkRules {
    return once === undefined ? this.#rules : { ...this.#rules, allow: [...this.#rules.allow, once] };
  }

  #refuse(live: Live, refused: RefusedAttempt, ends: Endpoints): void {
    this.#notes.add(refusedTarget(live.meant, ends.protocol), () => this.#processOf(ends), refused);
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
    const { attempt, meant } = meantBy(ends, this.#table);
    const verdict = decide(this.#rules, attempt);
    if (verdict.kind !== 'refused') return;
    // The answer is for the next attempt: this one was refused already.
    if (this.#questions !== undefined && verdict.remedy.kind === 'rule' && !this.#closed)
      this.#askForNext(this.#questions, verdict.remedy.rule, meant, ends);
    this.#notes.add(refusedTarget(meant, ends.protocol), () => this.#processOf(ends), verdict);
  }

  /** Decides about a connection once more, by the address that it has. */
  #mayStay(live: Live): boolean {
    const { attempt, address } = live;
    if (address === undefined) return decide(this.#rulesFor(live), attempt).kind !== 'refused';
    return decideFound(this.#rulesFor(live), attempt, [address]).kind === 'allowed';
  }
}

function withAskedPorts(ports: ServedPorts): ServedPorts {
  const asked = ASKED_PORTS.filter((port) => !ports.tcp.includes(port));
  return {
    ...ports,
    tcp: [...ports.tcp, ...asked],
    localTcp: ports.localTcp.filter((port) => !asked.includes(port)),
  };
}
