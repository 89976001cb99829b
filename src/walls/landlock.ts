import { NativeMemory } from '../host/memory.ts';
import { syscall } from '../host/syscall.ts';
import { check } from '../host/system-error.ts';
import {
  LANDLOCK_ACCESS_FS_EXECUTE,
  LANDLOCK_ACCESS_FS_IOCTL_DEV,
  LANDLOCK_ACCESS_FS_MAKE_BLOCK,
  LANDLOCK_ACCESS_FS_MAKE_CHAR,
  LANDLOCK_ACCESS_FS_MAKE_DIR,
  LANDLOCK_ACCESS_FS_MAKE_FIFO,
  LANDLOCK_ACCESS_FS_MAKE_REG,
  LANDLOCK_ACCESS_FS_MAKE_SOCK,
  LANDLOCK_ACCESS_FS_MAKE_SYM,
  LANDLOCK_ACCESS_FS_READ_DIR,
  LANDLOCK_ACCESS_FS_READ_FILE,
  LANDLOCK_ACCESS_FS_REFER,
  LANDLOCK_ACCESS_FS_REMOVE_DIR,
  LANDLOCK_ACCESS_FS_REMOVE_FILE,
  LANDLOCK_ACCESS_FS_TRUNCATE,
  LANDLOCK_ACCESS_FS_WRITE_FILE,
  LANDLOCK_ACCESS_NET_BIND_TCP,
  LANDLOCK_ACCESS_NET_CONNECT_TCP,
  LANDLOCK_CREATE_RULESET_VERSION,
  LANDLOCK_RULE_PATH_BENEATH,
  LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET,
  LANDLOCK_SCOPE_SIGNAL,
} from '../linux/landlock.ts';
import { callNumberOf } from '../linux/system-calls.ts';

/** Rights on files and directories that Landlock can withhold (landlock(7)). */
export const LandlockAccess = {
  execute: LANDLOCK_ACCESS_FS_EXECUTE,
  writeFile: LANDLOCK_ACCESS_FS_WRITE_FILE,
  readFile: LANDLOCK_ACCESS_FS_READ_FILE,
  readDir: LANDLOCK_ACCESS_FS_READ_DIR,
  removeDir: LANDLOCK_ACCESS_FS_REMOVE_DIR,
  removeFile: LANDLOCK_ACCESS_FS_REMOVE_FILE,
  makeChar: LANDLOCK_ACCESS_FS_MAKE_CHAR,
  makeDir: LANDLOCK_ACCESS_FS_MAKE_DIR,
  makeReg: LANDLOCK_ACCESS_FS_MAKE_REG,
  makeSock: LANDLOCK_ACCESS_FS_MAKE_SOCK,
  makeFifo: LANDLOCK_ACCESS_FS_MAKE_FIFO,
  makeBlock: LANDLOCK_ACCESS_FS_MAKE_BLOCK,
  makeSym: LANDLOCK_ACCESS_FS_MAKE_SYM,
  refer: LANDLOCK_ACCESS_FS_REFER,
  truncate: LANDLOCK_ACCESS_FS_TRUNCATE,
  ioctlDev: LANDLOCK_ACCESS_FS_IOCTL_DEV,
} as const;

/** A directory (an open descriptor) beneath which a process keeps the given `LandlockAccess` bits. */
export type LandlockRule = { readonly directory: number; readonly access: number };

/** The oldest Landlock that can withhold everything we rely on: ABI 3 adds truncation (Linux 6.2). */
export const OLDEST_LANDLOCK = 3;

const ALL_NETWORK = LANDLOCK_ACCESS_NET_BIND_TCP | LANDLOCK_ACCESS_NET_CONNECT_TCP;

/** The first version that can keep signals within a domain (Linux 6.12). */
export const SCOPING_LANDLOCK = 6;

/** The Landlock ABI version of this host; 0 when it has none. */
export function landlockVersion(): number {
  return Math.max(0, syscall(callNumberOf('landlock_create_ruleset'), 0, 0, LANDLOCK_CREATE_RULESET_VERSION));
}

/** The scopes that a domain can be kept within: signals, and abstract UNIX sockets. */
export const LANDLOCK_SCOPES: number = LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET | LANDLOCK_SCOPE_SIGNAL;

/** Every file right that a given ABI version can withhold. */
export function handledAccess(version: number): number {
  const { refer, truncate, ioctlDev } = LandlockAccess;
  // Each version has added one, the highest bit of its time.
  if (version >= 5) return 2 * ioctlDev - 1;
  if (version >= 3) return 2 * truncate - 1;
  return version === 2 ? 2 * refer - 1 : refer - 1;
}

/**
 * Prepares a Landlock ruleset that withholds everything this host can withhold (files, TCP binds and
 * connections, signals to and abstract sockets of others) except what the rules give.
 *
 * @returns A descriptor for `landlock_restrict_self`.
 * @throws SystemError when the host refuses, for example because it has no Landlock.
 */
export function createRuleset(rules: readonly LandlockRule[], network = false): number {
  const version = landlockVersion();
  const handled = handledAccess(version);
  const memory = new NativeMemory(64);
  memory.view.setBigUint64(0, BigInt(handled), true);
  memory.view.setBigUint64(8, BigInt(version >= 4 && !network ? ALL_NETWORK : 0), true);
  memory.view.setBigUint64(16, BigInt(version >= SCOPING_LANDLOCK ? LANDLOCK_SCOPES : 0), true);
  const size = version >= SCOPING_LANDLOCK ? 24 : version >= 4 ? 16 : 8;
  const ruleset = check(
    syscall(callNumberOf('landlock_create_ruleset'), memory.address, size, 0),
    'landlock_create_ruleset',
  );
  for (const { directory, access } of rules) {
    memory.view.setBigUint64(0, BigInt(access & handled), true);
    memory.view.setInt32(8, directory, true);
    if ((access & handled) === 0) continue;
    check(
      syscall(callNumberOf('landlock_add_rule'), ruleset, LANDLOCK_RULE_PATH_BENEATH, memory.address, 0),
      'landlock_add_rule',
      `for descriptor ${directory}`,
    );
  }
  return ruleset;
}
