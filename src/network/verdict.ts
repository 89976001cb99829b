import type { IpAddress } from './address.ts';
import type { AddressClass } from './address-class.ts';
import type { NetworkException, NetworkRule, PortProtocol } from './rule.ts';

/** A connection or datagram of the program that is to be decided upon. */
export type Attempt = {
  readonly host:
    | { readonly kind: 'name'; readonly name: string }
    | { readonly kind: 'address'; readonly address: IpAddress };
  readonly port: number;
  readonly protocol: PortProtocol;
};

/** The reason of a refusal. */
export type Denial =
  /** No rule is about the host. */
  | { readonly kind: 'no-rule' }
  /** A rule is about the host, with other ports or the other protocol. */
  | { readonly kind: 'other-port'; readonly rule: NetworkRule }
  | { readonly kind: 'excepted'; readonly exception: NetworkException; readonly address?: IpAddress }
  /** The name leads to addresses of a class that is not granted. */
  | { readonly kind: 'class'; readonly class: AddressClass; readonly address: IpAddress }
  /** The address is one of those that stand for names, but stands for none now. */
  | { readonly kind: 'stale' }
  /** The name has no address. */
  | { readonly kind: 'unknown-name' }
  /** The host is granted, and could not be reached: the meaning of the error of the last address. */
  | { readonly kind: 'unreachable'; readonly reason: string }
  /** A limit on all connections together was reached: its name in a document, or that of the room for connections. */
  | { readonly kind: 'limit'; readonly limit: string }
  /** A request of HTTP that the rule of its host does not allow, and why. */
  | { readonly kind: 'request'; readonly reason: string };

/** The change of the grant that would allow the refused attempt. */
export type Remedy =
  | { readonly kind: 'rule'; readonly rule: NetworkRule }
  | { readonly kind: 'drop-exception'; readonly exception: NetworkException }
  /** A rule that allows more requests: `GET,POST registry.example.org:443`. */
  | { readonly kind: 'methods'; readonly methods: readonly string[]; readonly host: string }
  /** The same for what only a document can say: a key of a rule, and the value that it would have to have, too. */
  | { readonly kind: 'request'; readonly key: string; readonly value: string; readonly host: string }
  /** A key of an ssh-agent. */
  | { readonly kind: 'ssh-key'; readonly fingerprint: string }
  /** None: the address is for no connection, or the name does not exist. */
  | { readonly kind: 'none' };

/** A refusal, and the change that would avoid it. */
export type RefusedAttempt = { readonly kind: 'refused'; readonly denial: Denial; readonly remedy: Remedy };

/** The decision about an attempt. */
export type Verdict =
  /** Allowed, to these addresses and no others, in their order. IPv4-mapped ones have become IPv4. */
  | { readonly kind: 'allowed'; readonly rule: NetworkRule; readonly addresses: readonly IpAddress[] }
  /** Allowed as far as the name goes; its addresses are to be found and decided upon (`decideAddresses`). */
  | { readonly kind: 'resolve'; readonly rule: NetworkRule; readonly name: string }
  | RefusedAttempt;
