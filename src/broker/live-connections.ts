import type { PumpId } from '../host/pump/records.ts';
import type { IpAddress } from '../network/address.ts';
import type { FindClient } from '../network/refusal.ts';
import type { NetworkRule } from '../network/rule.ts';
import type { Attempt } from '../network/verdict.ts';
import type { Meant } from './local-service.ts';

/** A connection or a flow of datagrams that the pump leads or wants to lead. */
export type Live = {
  readonly id: PumpId;
  readonly attempt: Attempt;
  /** The address that is dialled; none for services of ours, and as long as names are looked up. */
  address: IpAddress | undefined;
  /** Addresses that were checked and are tried next. */
  rest: readonly IpAddress[];
  readonly meant: Meant;
  readonly findClient: FindClient;
  /** A rule that counts for this one alone. */
  once: NetworkRule | undefined;
};

/** The connections and flows of a program that live, by protocol and index of the pump. */
export class LiveConnections {
  readonly tcp = new Map<number, Live>();
  readonly udp = new Map<number, Live>();

  /** Notes a new one. */
  add(live: Live): void {
    this[live.id.protocol].set(live.id.index, live);
  }

  /** The one with this id; `undefined` if it has ended, even if another has its index. */
  find({ protocol, index, generation }: PumpId): Live | undefined {
    const live = this[protocol].get(index);
    return live?.id.generation === generation ? live : undefined;
  }

  /** Forgets one that has ended. */
  remove(id: PumpId): void {
    if (this.find(id) !== undefined) this[id.protocol].delete(id.index);
  }

  /** All of them. */
  all(): readonly Live[] {
    return [...this.tcp.values(), ...this.udp.values()];
  }
}
