import { countPorts, joinRanges, type NetworkRule, type PortRange } from './rule.ts';

/** The ports on which a program's network takes connections and datagrams. */
export type ServedPorts = {
  /** For all addresses. */
  readonly tcp: readonly number[];
  readonly udp: readonly number[];
  /** For 127.0.0.1 and ::1 alone. */
  readonly localTcp: readonly number[];
  readonly localUdp: readonly number[];
};

/** The most ports that a program's network can serve: each needs a socket of each family. */
export const MAX_SERVED = 1024;

/** Counts the ports that rules name, each protocol by itself. Ranges are not taken apart. */
export function countServed(rules: readonly NetworkRule[]): number {
  return rangesOf(rules).reduce((sum, ranges) => sum + countPorts(ranges), 0);
}

/** Lists the ports that rules name. Precondition: `countServed` is at most `MAX_SERVED`. */
export function servedPorts(rules: readonly NetworkRule[]): ServedPorts {
  const lists = rangesOf(rules).map((ranges) => ranges.flatMap(portsOf));
  const [tcp = [], udp = [], localTcp = [], localUdp = []] = lists;
  return {
    tcp,
    udp,
    localTcp: localTcp.filter((port) => !tcp.includes(port)),
    localUdp: localUdp.filter((port) => !udp.includes(port)),
  };
}

/** The ranges of each of the four lists, in their order. */
function rangesOf(rules: readonly NetworkRule[]): readonly (readonly PortRange[])[] {
  return [false, true].flatMap((local) =>
    (['tcp', 'udp'] as const).map((protocol) => {
      const chosen = rules.filter(
        (rule) => rule.protocol === protocol && (rule.host.kind === 'localhost') === local,
      );
      return joinRanges(chosen.flatMap(({ ports }) => ports));
    }),
  );
}

function portsOf({ first, last }: PortRange): readonly number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
