import type { Questions } from '../asking/questions.ts';
import type { IpAddress } from '../network/address.ts';
import type { ServedPorts } from '../network/ports.ts';
import type { ConnectionRefusal } from '../network/refusal.ts';
import type { NetworkRule, NetworkRules } from '../network/rule.ts';
import type { Attempt } from '../network/verdict.ts';
import type { LocalService } from './local-service.ts';
import type { NameServer } from './look-up.ts';
import type { AnswerOther } from './name-service.ts';
import type { FoundProcess } from './process-finder.ts';

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
  /** Finds the UNIX socket of this host that stands for the hosts of a rule. */
  readonly socketFor?: (rule: NetworkRule) => string | undefined;
  /** Asks about connections that no rule allows; without it, they are refused. */
  readonly questions?: Questions;
  /** Makes listeners in the program's network, for ports that are granted while it runs. */
  readonly openListeners?: (first: number, ports: ServedPorts) => readonly NewListener[];
  /**
   * Finds the process of an attempt that the kernel has refused already, and whose socket it has let go of; without it, such
   * a process is not known.
   */
  readonly findLate?: (
    first: number,
    target: { readonly address: IpAddress; readonly port: number },
  ) => FoundProcess | undefined;
  /** Answers for names that no rule grants; without it, they do not exist. */
  readonly otherNames?: AnswerOther;
  /** Finds the service of ours at a port of the program's own loopback. */
  readonly serviceAt?: (port: number) => LocalService | undefined;
};

/** A host descriptor of a socket that listens in the program's network. */
export type NewListener = { readonly port: number; readonly descriptor: number };
