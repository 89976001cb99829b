import { addressOf } from '../host/libc.ts';
import { NativeMemory } from '../host/memory.ts';
import type { ThreadCall } from '../host/processes/threads.ts';
import { syscall } from '../host/syscall.ts';
import { check } from '../host/system-error.ts';
import {
  _LINUX_CAPABILITY_VERSION_3,
  CAP_CHOWN,
  CAP_DAC_OVERRIDE,
  CAP_DAC_READ_SEARCH,
  CAP_FOWNER,
} from '../linux/prctl.ts';
import { callNumberOf } from '../linux/system-calls.ts';

/** Linux capabilities (capabilities(7)) that we name. */
export const Capability = {
  chown: CAP_CHOWN,
  dacOverride: CAP_DAC_OVERRIDE,
  dacReadSearch: CAP_DAC_READ_SEARCH,
  fowner: CAP_FOWNER,
} as const;

/** The sets are behind a header of 8 bytes, as two halves of 12 bytes each (capget(2)). */
const HALVES = [8, 20] as const;
const EFFECTIVE = 0;
const PERMITTED = 4;

/** Header and sets of this thread. */
function ownCapabilities(): DataView {
  const bytes = new Uint8Array(32);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, _LINUX_CAPABILITY_VERSION_3, true);
  const address = addressOf(bytes);
  check(syscall(callNumberOf('capget'), address, address + 8), 'capget');
  return view;
}

/**
 * The call that leaves a thread no capability but the given ones, as far as it has them: for a process of an
 * ordinary user, none.
 */
export function keepCapabilities(kept: readonly number[]): ThreadCall {
  const own = ownCapabilities();
  const memory = new NativeMemory(own.byteLength);
  memory.view.setUint32(0, _LINUX_CAPABILITY_VERSION_3, true);
  const wanted = kept.reduce((bits, capability) => bits | (1 << capability), 0);
  for (const half of HALVES) {
    // Those that we name are in the first half.
    const bits = half === HALVES[0] ? own.getUint32(half + PERMITTED, true) & wanted : 0;
    memory.view.setUint32(half + EFFECTIVE, bits, true);
    memory.view.setUint32(half + PERMITTED, bits, true);
  }
  return { name: 'capset', number: callNumberOf('capset'), arguments: [memory.address, memory.at(8)] };
}

/** The capabilities that this thread has in effect (capget(2)), one bit each. */
export function heldCapabilities(): bigint {
  const own = ownCapabilities();
  const [low, high] = HALVES.map((half) => BigInt(own.getUint32(half + EFFECTIVE, true)));
  return (low ?? 0n) | ((high ?? 0n) << 32n);
}
