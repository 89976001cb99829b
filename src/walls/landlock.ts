import { NativeMemory } from '../host/memory.ts';
import { syscall } from '../host/syscall.ts';
import { check } from '../host/system-error.ts';
import { callNumberOf } from '../linux/system-calls.ts';

/** Rights on files and directories that Landlock can withhold (include/uapi/linux/landlock.h). */
export const LandlockAccess = {
  execute: 1 << 0,
  writeFile: 1 << 1,
  readFile: 1 << 2,
  readDir: 1 << 3,
  removeDir: 1 << 4,
  removeFile: 1 << 5,
  makeChar: 1 << 6,
  makeDir: 1 << 7,
  makeReg: 1 << 8,
  makeSock: 1 << 9,
  makeFifo: 1 << 10,
  makeBlock: 1 << 11,
  makeSym: 1 << 12,
  refer: 1 << 13,
  truncate: 1 << 14,
  ioctlDev: 1 << 15,
} as const;

/** A directory (an open descriptor) beneath which a process keeps the given `LandlockAccess` bits. */
export type LandlockRule = { readonly directory: number; readonly access: number };

/** The oldest Landlock that can withhold everything we rely on: ABI 3 adds truncation (Linux 6.2). */
export const LANDLOCK_MINIMUM = 3;

const CREATE_RULESET_VERSION = 1;
const RULE_PATH_BENEATH = 1;
const ALL_NETWORK = 0b11;
const ALL_SCOPES = 0b11;

/** The Landlock ABI version of this host; 0 when it has none. */
export function landlockVersion(): number {
  return Math.max(0, syscall(callNumberOf('landlock_create_ruleset'), 0, 0, CREATE_RULESET_VERSION));
}

/** Every file right that a given ABI version can withhold. */
function handledAccess(version: number): number {
  if (version >= 5) return 0xffff;
  if (version >= 3) return 0x7fff;
  return version === 2 ? 0x3fff : 0x1fff;
}

/**
 * Prepares a Landlock ruleset that withholds everything this host can withhold (files, TCP binds and
 * connections, signals to and abstract sockets of others) except what the rules give.
 *
 * @returns A descriptor for `landlock_restrict_self`.
 * @throws SystemError when the host refuses, for example because it has no Landlock.
 */
export function createRuleset(rules: readonly LandlockRule[]): number {
  const version = landlockVersion();
  const handled = handledAccess(version);
  const memory = new NativeMemory(64);
  memory.view.setBigUint64(0, BigInt(handled), true);
  memory.view.setBigUint64(8, BigInt(version >= 4 ? ALL_NETWORK : 0), true);
  memory.view.setBigUint64(16, BigInt(version >= 6 ? ALL_SCOPES : 0), true);
  const size = version >= 6 ? 24 : version >= 4 ? 16 : 8;
  const ruleset = check(
    syscall(callNumberOf('landlock_create_ruleset'), memory.address, size, 0),
    'landlock_create_ruleset',
  );
  for (const { directory, access } of rules) {
    memory.view.setBigUint64(0, BigInt(access & handled), true);
    memory.view.setInt32(8, directory, true);
    if ((access & handled) === 0) continue;
    check(
      syscall(callNumberOf('landlock_add_rule'), ruleset, RULE_PATH_BENEATH, memory.address, 0),
      'landlock_add_rule',
      `for descriptor ${directory}`,
    );
  }
  return ruleset;
}
