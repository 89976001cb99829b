import { parseException, parseRule } from '../network/parse-rule.ts';
import type { Parsed } from '../network/parsed.ts';
import { printException, printRule } from '../network/print-rule.ts';
import type { NetworkException, NetworkRule, NetworkRules } from '../network/rule.ts';

/** The changes that a network with rules of hosts takes while its program runs. */
export type ChangeableRules = {
  readonly rules: NetworkRules;
  readonly notAsked: number;
  /** The open connections, as rules name them. */
  readonly connections: readonly string[];
  allow(rules: readonly NetworkRule[]): void;
  deny(exceptions: readonly NetworkException[]): void;
};

/** The network of a Linux program with rules of hosts, as it can be changed while the program runs. */
export class ProgramNetwork {
  readonly #broker: ChangeableRules;

  constructor(broker: ChangeableRules) {
    this.#broker = broker;
  }

  /** The rules that count now, as they are written. */
  get hosts(): readonly string[] {
    return this.#broker.rules.allow.map(printRule);
  }

  /** The exceptions from them. */
  get except(): readonly string[] {
    return this.#broker.rules.except.map(printException);
  }

  /** The targets of connections and flows of datagrams that are open now: `registry.example.org:443`. */
  get connections(): readonly string[] {
    return this.#broker.connections;
  }

  /** The number of connections that were refused without a question to `onConnect`, because there were too many. */
  get notAsked(): number {
    return this.#broker.notAsked;
  }

  /**
   * Allows more, from the program's next attempt on.
   *
   * @param rules Rules such as `registry.example.org:443`.
   * @throws RangeError for a text that is no rule: nothing is changed then.
   * @throws Error when a port cannot be served: one that the program listens on, or a ninth one of UDP that no rule granted
   *   from the start.
   */
  allow(...rules: readonly string[]): void {
    this.#broker.allow(rules.map((text) => parsedOf(text, parseRule(text))));
  }

  /**
   * Adds exceptions, and resets the open connections that they forbid.
   *
   * @param exceptions Rules, or hosts without ports for all of them.
   * @throws RangeError for a text that is no exception: nothing is changed then.
   */
  deny(...exceptions: readonly string[]): void {
    this.#broker.deny(exceptions.map((text) => parsedOf(text, parseException(text))));
  }
}

function parsedOf<Value>(text: string, parsed: Parsed<Value>): Value {
  if (parsed.problem) throw new RangeError(`${JSON.stringify(text)}: ${parsed.problem.message}`);
  return parsed.value;
}
