import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonField } from '../config/json-field.ts';
import { OciError } from '../oci-error.ts';
import { writeExisting } from './group-file.ts';
import type { ContainerGroups } from './hierarchies.ts';

/** One value to write: the controller, its file, and the text. */
export type GroupSetting = readonly [controller: string, file: string, value: string];

/** A value of a resource, such as `memory.limit`. */
function resourceValue(resources: JsonField, path: string): number | undefined {
  return path.split('.').reduce((field, name) => field.at(name), resources).optionalNumber;
}

/** Values that are written as they are, in version 1. */
const firstValues: readonly (readonly [path: string, controller: string, file: string])[] = [
  ['memory.reservation', 'memory', 'memory.soft_limit_in_bytes'],
  ['memory.kernelTCP', 'memory', 'memory.kmem.tcp.limit_in_bytes'],
  ['cpu.shares', 'cpu', 'cpu.shares'],
  ['cpu.period', 'cpu', 'cpu.cfs_period_us'],
  ['cpu.quota', 'cpu', 'cpu.cfs_quota_us'],
  ['cpu.burst', 'cpu', 'cpu.cfs_burst_us'],
  ['cpu.idle', 'cpu', 'cpu.idle'],
  ['cpu.realtimePeriod', 'cpu', 'cpu.rt_period_us'],
  ['cpu.realtimeRuntime', 'cpu', 'cpu.rt_runtime_us'],
  ['blockIO.weight', 'blkio', 'blkio.weight'],
];

/** Settings of version 1. */
function firstSettings(resources: JsonField, groups: ContainerGroups): readonly GroupSetting[] {
  const settings: GroupSetting[] = [];
  for (const [path, controller, file] of firstValues) {
    const value = resourceValue(resources, path);
    // 0 stands for nothing to be set, as engines write it.
    if (value !== undefined && value !== 0) settings.push([controller, file, String(value)]);
  }
  const limit = resourceValue(resources, 'memory.limit');
  const swap = resourceValue(resources, 'memory.swap');
  const memory: GroupSetting[] = [];
  if (limit !== undefined && limit !== 0) memory.push(['memory', 'memory.limit_in_bytes', String(limit)]);
  if (swap !== undefined && swap !== 0) memory.push(['memory', 'memory.memsw.limit_in_bytes', String(swap)]);
  // The limit of both must never be below that of memory alone, not for a moment.
  if (swap !== undefined && isRaised(groups, limit)) memory.reverse();
  settings.push(...memory);
  const swappiness = resourceValue(resources, 'memory.swappiness');
  if (swappiness !== undefined) settings.push(['memory', 'memory.swappiness', String(swappiness)]);
  if (resources.at('memory').at('disableOOMKiller').flag)
    settings.push(['memory', 'memory.oom_control', '1']);
  const devices = resources.at('devices').elements;
  for (const device of devices) settings.push(deviceSetting(device));
  if (devices.length > 0)
    for (const device of usualAccess) settings.push(['devices', 'devices.allow', `c ${device} rw`]);
  return [...settings, ...sharedSettings(resources, 'cpuset', 'pids')];
}

/** Devices that every container can use (OCI runtime specification, "Default Devices"), terminals among them. */
const usualAccess: readonly string[] = ['1:3', '1:5', '1:7', '1:8', '1:9', '5:0', '5:2', '136:*'];

function isRaised({ directories }: ContainerGroups, limit: number | undefined): boolean {
  const directory = directories.get('memory');
  if (directory === undefined || limit === undefined) return false;
  const now = Number(readFileSync(join(directory, 'memory.limit_in_bytes'), 'latin1'));
  return limit < 0 || limit > now;
}

/** A rule of the controller of devices, which version 1 has. */
function deviceSetting(device: JsonField): GroupSetting {
  const number = (name: string): string => {
    const value = device.at(name).optionalNumber;
    return value === undefined || value < 0 ? '*' : String(value);
  };
  const access = device.at('access').optionalText ?? 'rwm';
  if (!/^[rwm]{1,3}$/.test(access)) throw device.at('access').mistake('letters of rwm');
  const type = device.at('type').optionalText ?? 'a';
  const file = device.at('allow').flag ? 'devices.allow' : 'devices.deny';
  if (type === 'a' && number('major') === '*' && number('minor') === '*')
    return ['devices', file, access === 'rwm' || access === 'mrw' ? 'a' : `a *:* ${access}`];
  return ['devices', file, `${type} ${number('major')}:${number('minor')} ${access}`];
}

/** Settings of version 2. */
function secondSettings(resources: JsonField): readonly GroupSetting[] {
  const settings: GroupSetting[] = [];
  const put = (file: string, value: number | undefined): void => {
    if (value !== undefined && value !== 0)
      settings.push(['unified', file, value < 0 ? 'max' : String(value)]);
  };
  const limit = resourceValue(resources, 'memory.limit');
  const swap = resourceValue(resources, 'memory.swap');
  put('memory.max', limit);
  put('memory.low', resourceValue(resources, 'memory.reservation'));
  // The number is that of both together; here swap has one of its own.
  if (swap !== undefined && swap !== 0) {
    const own = swap < 0 ? 'max' : String(Math.max(0, swap - Math.max(0, limit ?? 0)));
    settings.push(['unified', 'memory.swap.max', own]);
  }
  const shares = resourceValue(resources, 'cpu.shares');
  // From 2…262144 to 1…10000, as other runtimes do.
  if (shares !== undefined && shares !== 0)
    settings.push(['unified', 'cpu.weight', String(1 + Math.trunc(((shares - 2) * 9999) / 262142))]);
  const quota = resourceValue(resources, 'cpu.quota');
  const period = resourceValue(resources, 'cpu.period');
  if (quota !== undefined || period !== undefined) {
    const time = quota === undefined || quota <= 0 ? 'max' : String(quota);
    settings.push(['unified', 'cpu.max', `${time} ${period || 100_000}`]);
  }
  put('cpu.max.burst', resourceValue(resources, 'cpu.burst'));
  put('cpu.idle', resourceValue(resources, 'cpu.idle'));
  put('io.bfq.weight', resourceValue(resources, 'blockIO.weight'));
  for (const [file, value] of resources.at('unified').fields) {
    if (!/^[a-z][\w.]*$/.test(file)) throw value.mistake('the name of a file of a control group');
    settings.push(['unified', file, value.text]);
  }
  return [...settings, ...sharedSettings(resources, 'unified', 'unified')];
}

/** Settings whose files have the same names in both versions. */
function sharedSettings(resources: JsonField, sets: string, pids: string): readonly GroupSetting[] {
  const settings: GroupSetting[] = [];
  for (const [name, file] of [
    ['cpus', 'cpuset.cpus'],
    ['mems', 'cpuset.mems'],
  ] as const) {
    const value = resources.at('cpu').at(name).optionalText;
    if (value !== undefined) settings.push([sets, file, value]);
  }
  const most = resourceValue(resources, 'pids.limit');
  if (most !== undefined && most !== 0) settings.push([pids, 'pids.max', most < 0 ? 'max' : String(most)]);
  return settings;
}

/** The settings that `linux.resources` asks for. @throws OciError */
export function settingsOf(resources: JsonField, groups: ContainerGroups): readonly GroupSetting[] {
  return groups.version === 1 ? firstSettings(resources, groups) : secondSettings(resources);
}

/**
 * Writes settings into groups.
 *
 * @throws OciError for what the kernel does not take; nothing that was asked for is left out in silence.
 */
export function applySettings(groups: ContainerGroups, settings: readonly GroupSetting[]): void {
  for (const [controller, file, value] of settings) {
    const directory = groups.directories.get(controller);
    if (directory === undefined)
      throw new OciError(`Cannot set ${file}: this host has no controller '${controller}'`);
    try {
      writeExisting(join(directory, file), value);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
      // A kernel that keeps no account of swap, or of that scheduler, has no such file.
      if (code === 'ENOENT' && isOptional(file)) continue;
      throw new OciError(`Cannot set ${file} to ${JSON.stringify(value)}: ${code}`);
    }
  }
}

/** Limits of what such a kernel does not do at all. */
function isOptional(file: string): boolean {
  return [
    'memory.memsw.limit_in_bytes',
    'memory.swap.max',
    'io.bfq.weight',
    'memory.kmem.tcp.limit_in_bytes',
  ].includes(file);
}
