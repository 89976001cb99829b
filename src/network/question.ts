import type { IpAddress } from './address.ts';
import type { PortProtocol } from './rule.ts';

/** A connection that no rule allows, and the rule that would. */
export type ConnectQuestion = {
  /** The rule as it is written: `registry.example.org:443`. An answer is for all connections that it allows. */
  readonly rule: string;
  /** The name that was looked up; `undefined` when the program connects to a literal address. */
  readonly name: string | undefined;
  /** The address that the program connects to; one that stands for the name, if there is one. */
  readonly address: IpAddress;
  readonly port: number;
  readonly protocol: PortProtocol;
  /** The process that connects, by the number that the host knows it by; `undefined` when it is not found. */
  readonly process: { readonly pid: number; readonly executable: string } | undefined;
};

/** An answer: for all connections of the rule, as long as the program runs, or for those that wait now. */
export type ConnectAnswer = boolean | 'once';

/** Facts about the asking of a question. */
export type AskContext = {
  /** Aborted when the answer is not waited for any more: it came too late, or the program has ended. */
  readonly signal: AbortSignal;
};

/** Decides about a connection, at once or when a person has answered. */
export type OnConnect = (
  question: ConnectQuestion,
  context: AskContext,
) => ConnectAnswer | Promise<ConnectAnswer>;
