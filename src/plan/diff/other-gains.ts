import { isDeepStrictEqual } from 'node:util';
import { findReleasedCalls, printCallRule } from '../../policy/call-rule.ts';
import { type RulesState, rulesStates } from '../../policy/live.ts';
import { printFileRule } from '../../policy/print-rule.ts';
import { findReleased } from '../../policy/released.ts';
import { nameKey } from '../../resources/agent-grant.ts';
import { FileResource } from '../../resources/file.ts';
import type { Limits } from '../../resources/limits.ts';
import { ModuleServiceResource } from '../../resources/module-service.ts';
import { ServiceResource } from '../../resources/service-resource.ts';
import { promiseNames } from '../../worlds/promises.ts';
import { describeEntry } from '../linux/explain.ts';
import { nameService } from '../linux/explain-services.ts';
import type { PlannedEntry } from '../linux/planned.ts';
import type { Grant, LinuxPlan, Plan } from '../plan-types.ts';
import type { Gain } from './gain.ts';

/** Lists uses besides paths and the network that one plan allows and another does not. */
export function otherGains(wide: Plan, narrow: Plan): readonly Gain[] {
  const worlds =
    wide.kind === 'linux' && narrow.kind === 'linux'
      ? [
          ...wallGains(wide, narrow),
          ...entryGains(wide, narrow),
          ...ruleGains(wide, narrow),
          ...callGains(wide, narrow),
          ...startGains(wide, narrow),
        ]
      : [];
  return [
    ...worlds,
    ...serviceGains(wide, narrow),
    ...descriptorGains(wide, narrow),
    ...environmentGains(wide, narrow),
    ...limitGains(wide.limits, narrow.limits),
  ];
}

function wallGains({ linux: wide }: LinuxPlan, { linux: narrow }: LinuxPlan): readonly Gain[] {
  if (wide.walls === narrow.walls || wide.walls === 'all') return [];
  const what = 'run without namespaces: see names, attributes and processes of this host';
  return [{ kind: 'walls', what, position: undefined }];
}

/** Rules that only the narrow plan has, or has before others. */
function ruleGains({ linux: wide }: LinuxPlan, { linux: narrow }: LinuxPlan): readonly Gain[] {
  const changes: readonly Gain[] =
    isWider(wide.rulesState, narrow.rulesState) && wide.rulesState !== 'drop'
      ? [{ kind: 'rule', what: 'change its rules while it runs', position: undefined }]
      : [];
  const released = findReleased(narrow.rules, wide.rules).flatMap((number): readonly Gain[] => {
    const rule = narrow.rules[number];
    if (rule === undefined) return [];
    return [{ kind: 'rule', what: `use what '${printFileRule(rule)}' withholds`, position: rule.position }];
  });
  const calls = findReleasedCalls(narrow.callRules, wide.callRules).map(
    (rule): Gain => ({
      kind: 'rule',
      what: `use what '${printCallRule(rule)}' withholds`,
      position: rule.position,
    }),
  );
  const guard: readonly Gain[] =
    narrow.crashGuard !== undefined && wide.crashGuard === undefined
      ? [{ kind: 'rule', what: 'start executables again that have crashed', position: undefined }]
      : [];
  return [...released, ...calls, ...guard, ...changes];
}

function isWider(state: RulesState, than: RulesState): boolean {
  return rulesStates.indexOf(state) < rulesStates.indexOf(than);
}

/** Entries that are made for a program, and sockets. The others are paths, or none of its rights depend on them. */
const compared: ReadonlySet<PlannedEntry['kind']> = new Set([
  'tmpfs',
  'proc',
  'device',
  'console',
  'terminals',
  'mount',
]);

function entryGains({ linux: wide }: LinuxPlan, { linux: narrow }: LinuxPlan): readonly Gain[] {
  return wide.entries.flatMap((entry): Gain[] => {
    if (!compared.has(entry.kind) || (entry.kind === 'mount' && entry.type !== 'socket')) return [];
    if (narrow.entries.some((other) => coversEntry(other, entry))) return [];
    const kind = entry.kind === 'mount' ? 'socket' : 'entry';
    return [
      {
        kind,
        what: `${kind === 'socket' ? 'connect to' : 'use'} ${describeEntry(entry)}`,
        position: entry.position,
      },
    ];
  });
}

const shows = ['processes', 'system', 'everything'];

function coversEntry(outer: PlannedEntry, inner: PlannedEntry): boolean {
  if (inner.kind === 'mount') return outer.kind === 'mount' && outer.path === inner.path;
  if (outer.at !== inner.at) return false;
  if (inner.kind === 'tmpfs' && outer.kind === 'tmpfs')
    return (outer.size ?? Infinity) >= (inner.size ?? Infinity) && (outer.execute || !inner.execute);
  if (inner.kind === 'proc' && outer.kind === 'proc')
    return shows.indexOf(outer.show) >= shows.indexOf(inner.show);
  return outer.kind === inner.kind;
}

function libraryServices(plan: Plan): readonly ServiceResource[] {
  return plan.kind === 'linux' ? plan.linux.services : plan.libraryServices;
}

/** Services that are asked without a descriptor. */
function serviceGains(wide: Plan, narrow: Plan): readonly Gain[] {
  const had = libraryServices(narrow);
  return libraryServices(wide)
    .filter((service) => !had.some((one) => one.covers(service)))
    .map(
      (service): Gain => ({
        kind: 'service',
        what: `ask service ${nameService(service)} by its C library`,
        position: service.position,
      }),
    );
}

function callGains({ linux: wide }: LinuxPlan, { linux: narrow }: LinuxPlan): readonly Gain[] {
  const had = new Set((narrow.sshAgent?.keys ?? []).map(nameKey));
  return [
    ...wide.calls
      .filter((group) => !narrow.calls.includes(group))
      .map(
        (group): Gain => ({
          kind: 'calls',
          what: `use system calls of the group '${group}'`,
          position: undefined,
        }),
      ),
    ...(narrow.promises === undefined ? [] : (wide.promises ?? promiseNames))
      .filter((name) => narrow.promises?.includes(name) === false)
      .map(
        (name): Gain => ({
          kind: 'calls',
          what: `use system calls of the promise '${name}'`,
          position: undefined,
        }),
      ),
    ...(wide.sshAgent?.keys ?? [])
      .map(nameKey)
      .filter((key) => !had.has(key))
      .map(
        (key): Gain => ({
          kind: 'signing',
          what: `sign with the key ${key}`,
          position: wide.sshAgent?.position,
        }),
      ),
  ];
}

/** Without a list, a program starts the files that its paths allow. */
function startGains({ linux: wide }: LinuxPlan, { linux: narrow }: LinuxPlan): readonly Gain[] {
  if (narrow.executables === undefined) return [];
  if (wide.executables === undefined)
    return [{ kind: 'start', what: 'start files that no list approves', position: undefined }];
  const had = new Set(narrow.executables.files.map(({ at, sha256 }) => `${sha256} ${at}`));
  return wide.executables.files
    .filter(({ at, sha256 }) => !had.has(`${sha256} ${at}`))
    .map(({ at }): Gain => ({ kind: 'start', what: `start ${at} as it is approved`, position: undefined }));
}

function descriptorGains(wide: Plan, narrow: Plan): readonly Gain[] {
  const isPath = ({ resource }: Grant): boolean => wide.kind !== 'linux' && resource instanceof FileResource;
  return wide.grants.flatMap((grant): Gain[] => {
    if (grant.resource === undefined || isPath(grant)) return [];
    if (narrow.grants.some((other) => coversGrant(other, grant))) return [];
    return [
      { kind: 'descriptor', what: `use ${grant.place}: ${grant.description}`, position: grant.position },
    ];
  });
}

function coversGrant(outer: Grant, inner: Grant): boolean {
  if (outer.resource instanceof ServiceResource)
    return inner.resource instanceof ServiceResource && outer.resource.covers(inner.resource);
  if (outer.resource === undefined || outer.description !== inner.description) return false;
  // The service alone knows which of two limits is the wider one.
  if (outer.resource instanceof ModuleServiceResource && inner.resource instanceof ModuleServiceResource)
    return isDeepStrictEqual(outer.resource.served.limits, inner.resource.served.limits);
  const { base, inheriting } = inner.rights;
  return (
    base.every((right) => outer.rights.base.includes(right)) &&
    inheriting.every((right) => outer.rights.inheriting.includes(right))
  );
}

/** Values are compared, and not told. */
function environmentGains({ command: wide }: Plan, { command: narrow }: Plan): readonly Gain[] {
  return [...(wide?.environment ?? [])].flatMap(([name, value]): Gain[] => {
    const before = narrow?.environment.get(name);
    if (before === value) return [];
    const what =
      before === undefined ? `read the variable ${name}` : `read another value of the variable ${name}`;
    return [{ kind: 'environment', what, position: undefined }];
  });
}

const units: Readonly<Record<keyof Limits, string>> = {
  memory: 'bytes of memory',
  wallClock: 'milliseconds from start to end',
  threads: 'threads',
  processes: 'processes and threads',
  cpus: 'processors',
  cpuTime: 'milliseconds of processor time',
  openFiles: 'open descriptors',
  fileSize: 'bytes in a file',
  changes: 'bytes of changes that are kept aside',
};

function limitGains(wide: Limits, narrow: Limits): readonly Gain[] {
  return (Object.keys(units) as (keyof Limits)[]).flatMap((name): Gain[] => {
    const [before, after] = [narrow[name], wide[name]];
    if (before === undefined || (after !== undefined && after <= before)) return [];
    const what = `have ${after === undefined ? 'any number of' : after} ${units[name]} instead of ${before}`;
    return [{ kind: 'limit', what, position: undefined }];
  });
}
