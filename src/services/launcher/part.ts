import type { NetworkRule, NetworkRules } from '../../network/rule.ts';
import type { KeyName } from '../../ssh-agent/key-name.ts';
import type { ProgramGrant } from '../program/grant.ts';
import type { PacketGrant } from '../socket/socket-grant.ts';

/** Limits of all connections of a grant together; those that are left out do not exist. */
export type ConnectionLimits = {
  readonly connections?: number;
  readonly connectionsPerSecond?: number;
  readonly bytesPerSecond?: number;
  readonly bytes?: number;
};

/** A part of the launcher that works for one grant of a service. */
export type LauncherPart =
  /** Looks hosts up, connects to them and binds sockets (src/broker/module-network.ts). */
  | {
      readonly kind: 'network';
      readonly rules: NetworkRules;
      readonly bind: readonly NetworkRule[];
      readonly limits: ConnectionLimits;
    }
  /** Signs with named keys of an agent of SSH (src/ssh-agent). */
  | { readonly kind: 'ssh-agent'; readonly agent: string; readonly keys: readonly KeyName[] }
  /** Connects to the log of this host (src/run/log-part.ts). */
  | { readonly kind: 'log'; readonly path: string }
  /** Makes sockets for packets. */
  | { readonly kind: 'sockets'; readonly sockets: readonly PacketGrant[] }
  /** Starts programs. */
  | { readonly kind: 'programs'; readonly programs: ReadonlyMap<string, ProgramGrant> };
