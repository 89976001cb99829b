import { closeSync, fchownSync } from 'node:fs';
import { byConnect, type OnQuestion } from '../../asking/question.ts';
import { Questions } from '../../asking/questions.ts';
import { Broker } from '../../broker/broker.ts';
import type { BrokerOptions } from '../../broker/options.ts';
import { isFiles } from '../../plan/linux/granted-settings.ts';
import type { PlannedLinux } from '../../plan/linux/planned.ts';
import { joinParts, portsOf, type WorldDescriptors } from '../../plan/linux/world-of.ts';
import type { ExitReason } from '../../process/exit-reason.ts';
import type { LaunchOptions } from '../../process/options.ts';
import { ProgramNetwork } from '../../process/program-network.ts';
import { ProgramTerminal } from '../../process/terminal.ts';
import { reasonOf } from '../../resources/file-kind.ts';
import { type HostsGrant, rulesOf, socketFinder } from '../../resources/hosts.ts';
import { ResourceError } from '../../resources/mistake.ts';
import type { OpenedChannel } from '../../resources/resource.ts';
import { openMoreListeners } from '../../worlds/more-listeners.ts';
import { networkLost } from '../network-lost.ts';
import { HeldNetwork, heldRulesOf } from './held-network.ts';
import { PublishedPorts } from './publish.ts';
import { ServiceSockets } from './service-sockets.ts';
import { Signing } from './signing.ts';

/** Callbacks for the ends of parts beside a program. */
export type BesideEvents = {
  /** Its ports cannot be published, or not any more. */
  readonly onPortsLost: (reason: string) => void;
  /** The process that carries its connections has ended. */
  readonly onNetworkLost: () => void;
};

/** Facts about the processes of a program. */
export type ProcessWatch = {
  /** True if its network is open, and only told about. */
  readonly opensNetwork: boolean;
  readonly findLate: BrokerOptions['findLate'] | undefined;
};

/** Lets a program end when something ends beside it. */
export function besideEvents(end: (reason: ExitReason) => void): BesideEvents {
  return {
    onPortsLost: (reason) =>
      end({ kind: 'failed', code: 'cannot_publish', message: `Cannot publish its ports: ${reason}` }),
    onNetworkLost: () => end(networkLost),
  };
}

/**
 * The things beside a running program on the host's side: its terminal, the ports that lead to it, and the broker of its
 * network.
 */
export class Beside {
  readonly terminal: ProgramTerminal | undefined;
  readonly broker: Broker | undefined;
  /** The questions that a person answers; `undefined` where none does. */
  readonly questions: Questions | undefined;
  readonly #held: HeldNetwork | undefined;
  readonly #signing: Signing | undefined;
  readonly #services: ServiceSockets | undefined;
  readonly #ports: PublishedPorts | undefined;
  #events: BesideEvents | undefined;
  #networkLost = false;

  /**
   * @param watch Facts about its processes.
   * @throws ResourceError when a port is taken or there is no terminal to give; nothing stays open then.
   */
  constructor(
    {
      network,
      terminal,
      sshAgent,
      services,
    }: Pick<PlannedLinux, 'network' | 'terminal' | 'sshAgent' | 'services'>,
    options: LaunchOptions,
    watch: ProcessWatch,
  ) {
    const onQuestion = decidedBy(options);
    this.questions = onQuestion && new Questions(onQuestion, watch.opensNetwork);
    const published = network.mode === 'loopback' || network.mode === 'hosts' ? network.publish : [];
    this.#ports = published.length === 0 ? undefined : new PublishedPorts(published);
    let doing = 'make a terminal';
    let place = 'terminal';
    try {
      this.terminal = terminal ? new ProgramTerminal(options.terminal) : undefined;
      doing = 'make an ssh-agent';
      place = 'ssh_agent';
      this.#signing = sshAgent && new Signing(sshAgent, options.onRefusedConnection);
      doing = 'start the services that its C library asks';
      place = 'services';
      const hasRules = network.mode === 'hosts' && network.hosts.length > 0;
      const asked = services.filter((one) => !isFiles(one));
      if (asked.length > 0) this.#services = new ServiceSockets(asked, hasRules);
      doing = 'start the process that carries its connections';
      place = 'network';
      if (network.mode === 'hosts') {
        this.#held = this.#holdRequests(network);
        this.broker = this.#newBroker(network, options, watch);
      }
    } catch (error) {
      this.close();
      if (error instanceof ResourceError) throw error;
      throw new ResourceError(`Cannot ${doing}: ${reasonOf(error)}`, undefined, place);
    }
  }

  #newBroker(network: HostsGrant, options: LaunchOptions, { findLate }: ProcessWatch): Broker {
    const { onRefusedConnection } = options;
    const held = this.#held;
    const otherNames = this.#services?.answerDns;
    return new Broker({
      rules: rulesOf(network),
      ports: portsOf(network),
      openListeners: openMoreListeners,
      ...(findLate && { findLate }),
      ...(this.questions && { questions: this.questions }),
      resolver: network.resolver,
      limits: network.limits,
      socketFor: socketFinder(network),
      ...(onRefusedConnection && { onRefused: onRefusedConnection }),
      ...(otherNames && { otherNames }),
      ...(held && {
        serviceFor: (rule) => held.serviceFor(rule),
        serviceAt: (port) => held.serviceAt(port),
      }),
      onLost: () => this.#loseNetwork(),
    });
  }

  /** Starts the process that holds requests, if there is a rule that speaks of them. */
  #holdRequests(network: HostsGrant): HeldNetwork | undefined {
    const rules = heldRulesOf(network);
    if (rules.length === 0) return undefined;
    return new HeldNetwork(rules, {
      dial: ({ name, port }) => {
        if (this.broker === undefined) throw new Error('The network has ended');
        return this.broker.dial({ host: { kind: 'name', name }, port, protocol: 'tcp' });
      },
      onClient: (descriptor, { name, port }, service) => {
        if (this.broker === undefined) closeSync(descriptor);
        else this.broker.join(descriptor, { name, port }, service);
      },
      onRefused: (target, refused, findClient) => this.broker?.noteRequest(target, refused, findClient),
      onLost: () => this.#loseNetwork(),
    });
  }

  /** Takes the server's ends of channels to services that its C library asks. */
  takeChannels(): readonly OpenedChannel[] {
    return this.#services?.takeChannels() ?? [];
  }

  #loseNetwork(): void {
    this.#networkLost = true;
    this.#events?.onNetworkLost();
  }

  /**
   * Gives the parts of the world that are known only now, and the descriptors that it needs.
   *
   * @throws ResourceError when the process that holds requests has not started.
   */
  parts({
    entries,
    user,
  }: Pick<PlannedLinux, 'entries' | 'user'>): Pick<WorldDescriptors, 'terminal' | 'pump' | 'late'> {
    try {
      if (user !== undefined) {
        if (this.terminal !== undefined) fchownSync(this.terminal.theirs, user.uid, user.gid);
        this.#held?.giveTo(user);
        this.#signing?.giveTo(user);
        this.#services?.giveTo(user);
      }
      const late = joinParts([
        this.#held?.lateParts(entries),
        this.#signing?.lateParts,
        this.#services?.lateParts,
      ]);
      return {
        terminal: this.terminal?.theirs,
        pump: this.broker && { out: this.broker.intake, ports: this.broker.ports },
        late,
      };
    } catch (error) {
      throw new ResourceError(`Cannot hold requests: ${reasonOf(error)}`, undefined, 'network');
    }
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

  /**
   * The program has ended; what it printed last can still be read from its terminal, which closes then.
   *
   * @returns Resolves when what it said last is written to the log; `undefined` where that is nothing to wait for.
   */
  end(): Promise<void> | undefined {
    this.questions?.end();
    this.#ports?.close();
    this.broker?.close();
    this.#held?.end();
    this.#signing?.end();
    return this.#services?.finish();
  }

  /** The program was not started. */
  close(): void {
    this.#services?.end();
    void this.end();
    this.terminal?.close();
  }
}

/** Joins the functions that answer: `onConnect` goes before `onQuestion`, for connections alone. */
function decidedBy({ onConnect, onQuestion }: LaunchOptions): OnQuestion | undefined {
  if (onConnect === undefined) return onQuestion;
  const connections = byConnect(onConnect);
  return (question, context) =>
    question.kind === 'connection' || onQuestion === undefined
      ? connections(question, context)
      : onQuestion(question, context);
}

/** Gives the network of a program as its handle shows it; `undefined` without rules of hosts. */
export function networkOf(beside: Beside | undefined): ProgramNetwork | undefined {
  return beside?.broker && new ProgramNetwork(beside.broker);
}
