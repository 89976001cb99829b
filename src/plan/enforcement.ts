import { Filetype } from '../abi/generated/constants.ts';
import type { HostsGrant } from '../resources/hosts.ts';
import type { Checked, ResourceKind } from '../resources/resource.ts';
import { accessOf, namesOfRights } from '../resources/rights.ts';
import { formatDuration, formatSize } from '../text/units.ts';
import type { Walls } from '../worlds/world.ts';
import { hostsLimits } from './linux/explain-hosts.ts';
import type { Enforcement, Limits, ProgramKind } from './plan-types.ts';
import { heldHere, Wall } from './wall-names.ts';

/** The facts that limits on a descriptor depend on, besides its type. */
export type GrantFacts = {
  readonly kind: ResourceKind;
  readonly program: Exclude<ProgramKind, 'linux'>;
  /** True if another granted directory leads to it, too, beneath which more may be changed. */
  readonly wider: boolean;
};

/**
 * The limits on a granted descriptor, and the mechanism behind each. The rights that our kernel checks hold a module; code in
 * JavaScript could go around them with the descriptor's number, so that they are not claimed there.
 */
export function enforcementOf(checked: Checked, granted: GrantFacts): readonly Enforcement[] {
  const own = granted.program === 'node' ? [] : [Wall.kernel];
  const limits: Enforcement[] = [{ limit: 'No call without its right', by: own }];
  const { type, base } = checked;
  const { reads, writes } = accessOf(base);
  // A descriptor of ours may have been opened for more than it is granted for, as terminals are.
  const byAccess = [...own, ...(granted.kind === 'fd' ? [] : [Wall.accessMode])];
  switch (type) {
    case Filetype.directory: {
      limits.push({
        limit: 'Nothing outside this directory',
        by: [Wall.lookup, Wall.seccomp, Wall.landlock],
      });
      const by = [...own, ...(granted.wider ? [] : [Wall.landlock])];
      const changes = namesOfRights(checked.base).some((name) => changing.has(name));
      if (!changes && !accessOf(checked.inheriting).writes)
        limits.push({ limit: 'No change beneath it', by });
      else limits.push({ limit: 'No other change beneath it than granted', by });
      break;
    }
    case Filetype.regular_file:
    case Filetype.character_device:
    case Filetype.block_device:
      if (checked.appends)
        limits.push({ limit: 'No change of existing bytes', by: [...own, Wall.appendFlag, Wall.seccomp] });
      else if (!writes) limits.push({ limit: 'No writing', by: byAccess });
      if (!reads) limits.push({ limit: 'No reading', by: byAccess });
      break;
    case Filetype.socket_stream:
    case Filetype.socket_dgram:
      if (granted.kind === 'network')
        limits.push({ limit: 'No connection but those it asks for', by: [Wall.broker] });
      else if (granted.kind === 'service')
        limits.push({ limit: 'Nothing but answers within its limits', by: [Wall.services] });
      else if (granted.kind === 'process')
        limits.push({ limit: 'No process but this one', by: [Wall.launcher] });
      else limits.push({ limit: 'No other address', by: [Wall.seccomp, Wall.landlock] });
      break;
    case Filetype.shared_memory:
      limits.push({ limit: 'No other size', by: [...own, Wall.seals] });
      break;
    case Filetype.process:
      limits.push({ limit: 'No signal to it', by: [Wall.seccomp] });
      break;
    default:
      if (!writes) limits.push({ limit: 'No writing', by: byAccess });
      if (!reads) limits.push({ limit: 'No reading', by: byAccess });
  }
  return heldHere(limits);
}

/** Rights on a directory that change its entries. */
const changing: ReadonlySet<string> = new Set([
  'file_create_directory',
  'file_create_file',
  'file_link_source',
  'file_link_target',
  'file_rename_source',
  'file_rename_target',
  'file_stat_fput_size',
  'file_stat_put_times',
  'file_symlink',
  'file_unlink',
]);

/** The limits on the process as a whole: they hold for all grants. */
export function processEnforcement(
  limits: Limits,
  kind: Exclude<ProgramKind, 'linux'>,
  walls: Walls,
  network: HostsGrant | undefined,
): readonly Enforcement[] {
  const inWorld = kind === 'node' && walls === 'all';
  const always: Enforcement[] = [
    {
      limit: 'No file that was not granted',
      by: [Wall.lookup, Wall.seccomp, Wall.landlock, ...(inWorld ? [Wall.mounts] : [])],
    },
    ...networkEnforcement(kind, inWorld, network),
  ];
  if (limits.memory !== undefined) {
    const size = formatSize(limits.memory);
    always.push(
      kind !== 'node'
        ? { limit: `At most ${size} of memory`, by: [kind === 'wasm' ? Wall.module : Wall.addressLimit] }
        : { limit: `At most ${size} of memory more than Node itself has`, by: [Wall.dataLimit] },
    );
  }
  if (limits.wallClock !== undefined)
    always.push({ limit: `At most ${formatDuration(limits.wallClock)} from start to end`, by: [Wall.timer] });
  if (limits.threads !== undefined) always.push({ limit: threadLimit(limits.threads), by: [Wall.count] });
  if (kind === 'elf' && limits.processes !== undefined)
    always.push({ limit: processLimit(limits.processes), by: [Wall.count] });
  return heldHere(always);
}

function networkEnforcement(
  kind: Exclude<ProgramKind, 'linux'>,
  inWorld: boolean,
  network: HostsGrant | undefined,
): readonly Enforcement[] {
  const processes = inWorld ? [Wall.processes] : [];
  if (network === undefined)
    return [
      {
        limit: 'No new socket, connection, process or signal to others',
        by: [Wall.seccomp, ...(inWorld ? [Wall.network] : []), ...processes],
      },
    ];
  return [
    { limit: 'No process or signal to others', by: [Wall.seccomp, ...processes] },
    ...hostsLimits(network, kind === 'node' ? Wall.network : Wall.seccomp),
  ];
}

function processLimit(processes: number): string {
  return processes === 1 ? 'No process but the first' : `At most ${processes} processes`;
}

function threadLimit(threads: number): string {
  return threads === 1 ? 'No thread but the first' : `At most ${threads} threads`;
}
