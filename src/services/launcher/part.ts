import type { NetworkRule, NetworkRules } from '../../network/rule.ts';
import type { ProgramGrant } from '../program/grant.ts';

/** A part of the launcher that works for one grant of a service. */
export type LauncherPart =
  /** Looks hosts up, connects to them and binds sockets (src/broker/module-network.ts). */
  | { readonly kind: 'network'; readonly rules: NetworkRules; readonly bind: readonly NetworkRule[] }
  /** Starts programs. */
  | { readonly kind: 'programs'; readonly programs: ReadonlyMap<string, ProgramGrant> };
