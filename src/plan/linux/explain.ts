import { statePath } from '../../overlays/state-folder.ts';
import type { Category } from '../../policy/category.ts';
import { categoriesOpenedBy } from '../../policy/category-table.ts';
import type { RulesState } from '../../policy/live.ts';
import { printCategories } from '../../policy/print-rule.ts';
import { nameKey } from '../../resources/agent-grant.ts';
import type { CrashGuard } from '../../resources/crash-guard.ts';
import type { OverlayGrant } from '../../resources/file-check.ts';
import type { HostsGrant } from '../../resources/network.ts';
import { printable } from '../../text/printable.ts';
import type { ProcEntry, Walls } from '../../worlds/world.ts';
import { describeEnforcement } from '../describe-enforcement.ts';
import type { Enforcement } from '../plan-types.ts';
import { entryLimits } from './enforcement.ts';
import type { PlannedExecutables } from './executables/approved-file.ts';
import { describeHosts, type HostsJson, hostsToJson } from './explain-hosts.ts';
import { sourceOf } from './explain-requests.ts';
import {
  type CallRuleJson,
  callRulesToJson,
  describeRules,
  type RuleJson,
  rulesToJson,
} from './explain-rules.ts';
import { describeServices, type ServiceJson, servicesToJson } from './explain-services.ts';
import { grantNotes } from './grant-notes.ts';
import type { LeftOut, PlannedEntry, PlannedLinux } from './planned.ts';
import { describePromises } from './promises.ts';

/** A line for each base. */
const bases: Readonly<Record<PlannedLinux['base'], string>> = {
  system: 'Base system: programs, libraries and data of the distribution, read-only',
  minimal: 'Base minimal: the program itself and the libraries it needs',
  none: 'Base none: nothing that was not granted',
};

/** The things that Landlock and seccomp do not withhold. */
const WITHOUT_NAMESPACES =
  'No namespaces: it sees names and attributes of all files that its user sees, and that other processes exist.';

/** The kernel names mounts so for every process that sees them (proc_pid_mountinfo(5)). */
const TELLS_PATHS =
  'Its /proc/self/mountinfo shows where on the host its grants lie; withhold /proc to hide that.';

function isGrant({ why }: PlannedEntry): boolean {
  return why !== 'base' && why !== 'program' && why !== 'library' && why !== 'pin';
}

/** The world of a Linux program as lines for people: its files, with the user's own grants first. */
export function describeWorld(linux: PlannedLinux): string[] {
  const {
    walls,
    base,
    entries,
    workingDirectory,
    network,
    sshAgent,
    services,
    terminal,
    calls,
    image,
    listenFds,
    leftOut,
  } = linux;
  const grants = entries.filter(isGrant);
  const others = entries.filter((entry) => !isGrant(entry));
  const lines = [printable(`The host's kernel loads ${image}.`), `${bases[base]}.`];
  if (walls === 'landlock') lines.push(WITHOUT_NAMESPACES);
  if (grants.length === 0) lines.push('', 'Nothing else of the host is granted.');
  else lines.push('', 'It is granted:');
  for (const entry of grants) {
    const { position, why } = entry;
    const where = position === undefined ? '' : `  ${position.file}:${position.line}:${position.column}`;
    lines.push('', printable(`  ${why}${where}`), printable(`     ${describeEntry(entry)}`));
    lines.push(...describeEnforcement(entryLimits(entry, linux), '     '));
    const opened = openedBy(entry);
    if (opened.length > 0) lines.push(`     Accesses: ${printCategories(opened)}`);
    lines.push(...grantNotes(entry, entries).map((note) => `     ${note}`));
  }
  if (leftOut.length > 0)
    lines.push('', 'It is not granted these, which are not there:', ...leftOut.map(describeLeftOut));
  if (others.length > 0)
    lines.push('', 'It also sees:', ...others.map((entry) => printable(`  ${describeEntry(entry)}`)));
  lines.push('', printable(`It starts in ${workingDirectory}.`));
  const moved = grants.some((entry) => entry.kind === 'mount' && entry.path !== entry.at);
  if (moved && entries.some(({ kind }) => kind === 'proc')) lines.push(TELLS_PATHS);
  if (network.mode === 'loopback')
    for (const { hostPort, port } of network.publish)
      lines.push(`Its port ${port} is reached at 127.0.0.1:${hostPort} of this host.`);
  if (network.mode === 'host') lines.push("It uses the host's network.");
  if (network.mode === 'hosts') lines.push(...describeHosts(network));
  if (sshAgent !== undefined)
    lines.push(
      printable(`Its ssh-agent signs with ${sshAgent.keys.map(nameKey).join(', ')} and no other key.`),
    );
  lines.push(...describeServices(services));
  lines.push(...describeRules(linux));
  if (linux.user !== undefined)
    lines.push(`It becomes user ${linux.user.uid} of group ${linux.user.gid}, and of no other group.`);
  if (linux.shownUser !== undefined)
    lines.push(
      `It finds user ${linux.shownUser.uid} and group ${linux.shownUser.gid} in the place of yours, for itself and in files.`,
    );
  if (terminal) lines.push('It has a terminal of its own.');
  if (listenFds !== undefined) lines.push(`It is told by LISTEN_FDS of ${listenFds} descriptors from 3.`);
  if (linux.executables !== undefined) lines.push(...describeExecutables(linux.executables));
  lines.push(...describePromises(linux.promises));
  if (calls.length > 0) lines.push(`It may also use these groups of system calls: ${calls.join(', ')}.`);
  return lines;
}

function describeLeftOut({ why, path, position }: LeftOut): string {
  const where = position === undefined ? '' : `  ${position.file}:${position.line}:${position.column}`;
  return printable(`  ${why}${where}: ${path}`);
}

/** Lists the categories of access that something of the host opens. */
function openedBy(entry: PlannedEntry): readonly Category[] {
  if (entry.kind !== 'mount' || entry.type === 'socket') return [];
  return categoriesOpenedBy([
    'read',
    ...(entry.access === 'write' ? (['write'] as const) : []),
    ...(entry.execute ? (['execute'] as const) : []),
  ]);
}

/** More files are counted. */
const MOST_NAMED = 20;

function describeExecutables({ list, files, refused }: PlannedExecutables): readonly string[] {
  const named = files.slice(0, MOST_NAMED).map(({ at }) => printable(`  ${at}`));
  const more = files.length > MOST_NAMED ? [`  and ${files.length - MOST_NAMED} more`] : [];
  return [
    '',
    printable(`It can start copies of these files of ${list}, and no others:`),
    ...named,
    ...more,
    ...refused.map(({ path, reason }) => printable(`  not ${path}: ${reason}`)),
    'A program that it starts can run code of its own choice all the same, as a shell runs a script.',
  ];
}

/** Describes something in a program's world in a line for people: its place, what it is, and the rights on it. */
export function describeEntry(entry: PlannedEntry): string {
  switch (entry.kind) {
    case 'mount': {
      const from = entry.path === entry.at ? '' : ` from ${entry.path}`;
      if (entry.type === 'socket') return `${entry.at}${from} (socket; connect)`;
      const rights = [
        entry.access === 'write' ? 'read and write' : 'read',
        ...(entry.execute ? ['execute'] : []),
      ];
      const aside = entry.overlay === undefined ? '' : `; ${describeOverlay(entry.overlay)}`;
      const hidden =
        entry.encrypt === undefined
          ? ''
          : `; encrypted on the host, with the key ${sourceOf(entry.encrypt.from)}`;
      return `${entry.at}${from} (${entry.type}; ${rights.join(', ')}${aside}${hidden})`;
    }
    case 'symlink':
      return `${entry.at} -> ${entry.target}`;
    case 'directory':
      return `${entry.at} (an empty directory)`;
    case 'tmpfs':
      return `${entry.at} (private, in memory${entry.size === undefined ? '' : `, at most ${entry.size} bytes`}${entry.execute ? '' : '; nothing in it can be started'})`;
    case 'text':
      return `${entry.at} (synthetic)`;
    case 'device':
      return `${entry.at} (device)`;
    case 'console':
      return `${entry.at} (its terminal)`;
    case 'terminals':
      return `${entry.at} (terminals of its own)`;
    case 'pin':
      return entry.withheld === undefined
        ? `${entry.at} (cannot be moved, removed or replaced)`
        : `${entry.at} (withheld from writing: ${entry.withheld})`;
    case 'proc':
      return `${entry.at} (${describeProc(entry)})`;
    case 'cgroup':
      return `${entry.at} (its limits, as a control group tells them)`;
  }
}

function describeOverlay({ name }: OverlayGrant): string {
  const called = name === undefined ? '' : `, as ${name}`;
  return `changes are kept aside in ${statePath()}${called}`;
}

function describeProc(entry: ProcEntry): string {
  if (entry.show === 'processes') return 'its own processes; read-only';
  const more =
    entry.show === 'system' ? 'its share of the machine' : 'all that the kernel says of the machine';
  const attributes = entry.attributes ? '' : '; read-only';
  return `its own processes, ${more}${attributes}`;
}

/** A Linux program's world as JSON. */
export type WorldJson = {
  readonly walls: Walls;
  readonly base: string;
  readonly image: string;
  readonly workingDirectory: string;
  readonly entries: readonly {
    readonly at: string;
    readonly kind: string;
    readonly why: string;
    /** The path on the host; null for entries that are made for the program. */
    readonly path: string | null;
    readonly description: string;
    readonly enforcement: readonly Enforcement[];
    /** The categories of access that it opens, as rules name them. */
    readonly categories: readonly string[];
    /** The things that the grant does not hold or do, for people. */
    readonly notes: readonly string[];
  }[];
  /** Grants that are left out because there is nothing on the host. */
  readonly leftOut: readonly { readonly why: string; readonly path: string }[];
  readonly network: Exclude<PlannedLinux['network'], HostsGrant> | HostsJson;
  /** The keys that its ssh-agent signs with, as they are written; null without one. */
  readonly sshAgent: readonly string[] | null;
  /** The services that it asks by its C library, with their limits as a document has them. */
  readonly services: readonly ServiceJson[];
  /** From top to bottom; the first that matches decides. */
  readonly rules: readonly RuleJson[];
  /** Rules about calls that name no path. */
  readonly callRules: readonly CallRuleJson[];
  /** The changes that they take while it runs. */
  readonly rulesState: RulesState;
  /** Times in milliseconds; null without one. */
  readonly crashGuard: CrashGuard | null;
  /** The user that it becomes; null for that of the launcher. */
  readonly user: { readonly uid: number; readonly gid: number } | null;
  /** The user that it finds in the place of the launcher's; null for that itself. */
  readonly shownUser: { readonly uid: number; readonly gid: number } | null;
  readonly terminal: boolean;
  readonly listenFds: number | null;
  readonly systemCalls: readonly string[];
  /** The promises that it keeps; null where it made none. */
  readonly promises: readonly string[] | null;
  /** The only files that it can start; null where its other grants decide. */
  readonly executables: PlannedExecutables | null;
};

/** The plain data of a Linux program's world. */
export function worldToJson(linux: PlannedLinux): WorldJson {
  const { walls, base, image, workingDirectory, network, terminal, listenFds, calls } = linux;
  return {
    walls,
    base,
    image,
    workingDirectory,
    entries: linux.entries.map((entry) => ({
      at: entry.at,
      kind: entry.kind,
      why: entry.why,
      path: entry.kind === 'mount' ? entry.path : null,
      description: describeEntry(entry),
      enforcement: entryLimits(entry, linux),
      categories: openedBy(entry),
      notes: isGrant(entry) ? grantNotes(entry, linux.entries) : [],
    })),
    leftOut: linux.leftOut.map(({ why, path }) => ({ why, path })),
    network: network.mode === 'hosts' ? hostsToJson(network) : network,
    sshAgent: linux.sshAgent?.keys.map(nameKey) ?? null,
    services: servicesToJson(linux.services),
    rules: rulesToJson(linux.rules),
    callRules: callRulesToJson(linux.callRules),
    rulesState: linux.rulesState,
    crashGuard: linux.crashGuard ?? null,
    terminal,
    shownUser: linux.shownUser === undefined ? null : { uid: linux.shownUser.uid, gid: linux.shownUser.gid },
    user: linux.user === undefined ? null : { uid: linux.user.uid, gid: linux.user.gid },
    listenFds: listenFds ?? null,
    systemCalls: calls,
    promises: linux.promises ?? null,
    executables: linux.executables ?? null,
  };
}
