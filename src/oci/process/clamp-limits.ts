import { addressOf } from '../../host/libc.ts';
import { syscall } from '../../host/syscall.ts';
import { check } from '../../host/system-error.ts';
import { CAPABILITY_NAMES, LIMIT_NAMES } from '../../linux/name-tables.ts';
import { CAP_SYS_RESOURCE } from '../../linux/prctl.ts';
import { callNumberOf } from '../../linux/system-calls.ts';
import { heldCapabilities } from '../../walls/capabilities.ts';
import type { CapabilitySets, ProcessLimit } from '../config/container-process.ts';

/** Writes a warning to the engine's log. */
export type Warn = (text: string) => void;

/**
 * Leaves out capabilities that this process does not have itself, such as root of a container.
 *
 * @throws SystemError
 */
export function clampCapabilities(asked: CapabilitySets, warn: Warn): CapabilitySets {
  const held = heldCapabilities();
  const has = (capability: number): boolean => ((held >> BigInt(capability)) & 1n) === 1n;
  const missing = asked.permitted.filter((one) => !has(one)).map((one) => CAPABILITY_NAMES[one] ?? one);
  if (missing.length > 0)
    warn(`This runtime does not have ${missing.join(', ')}: the container does without`);
  return {
    bounding: asked.bounding.filter(has),
    effective: asked.effective.filter(has),
    permitted: asked.permitted.filter(has),
    inheritable: asked.inheritable.filter(has),
    ambient: asked.ambient.filter(has),
  };
}

/** True if this process may raise limits above its own. */
export function mayRaiseLimits(): boolean {
  return ((heldCapabilities() >> BigInt(CAP_SYS_RESOURCE)) & 1n) === 1n;
}

/**
 * Lowers limits to those that can be: no soft limit above the hard one, and without CAP_SYS_RESOURCE no hard limit above
 * that of this process.
 *
 * @throws SystemError
 */
export function clampLimits(limits: readonly ProcessLimit[], warn: Warn): readonly ProcessLimit[] {
  const mayRaise = mayRaiseLimits();
  return limits.map((asked) => {
    const limit = { ...asked, soft: asked.soft < asked.hard ? asked.soft : asked.hard };
    if (limit.soft !== asked.soft)
      warn(
        `${LIMIT_NAMES[asked.resource]} is ${limit.soft} instead of ${asked.soft}, which is above its hard limit`,
      );
    if (mayRaise) return limit;
    const own = Buffer.alloc(16);
    check(syscall(callNumberOf('prlimit64'), 0, limit.resource, 0, addressOf(own)), 'prlimit64');
    const most = own.readBigUInt64LE(8);
    if (limit.hard <= most) return limit;
    const name = LIMIT_NAMES[limit.resource] ?? 'a limit';
    warn(`${name} is ${most} instead of ${limit.hard}: this runtime may not raise limits`);
    return { ...limit, hard: most, soft: limit.soft < most ? limit.soft : most };
  });
}
