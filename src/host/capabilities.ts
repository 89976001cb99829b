import { readFileSync } from 'node:fs';
import { callNumberOf } from './architecture.ts';
import { check } from './errno.ts';
import { addressOf } from './libc.ts';
import { linuxCallNumber } from './linux-calls.ts';
import { NativeMemory } from './memory.ts';
import { syscall } from './syscall.ts';
import type { ThreadCall } from './threads.ts';

/** Linux capabilities (capabilities(7)) that we name. */
export const Capability = { dacOverride: 1, fowner: 3 } as const;

const VERSION_3 = 0x20080522;

/**
 * The call that leaves a thread no capability but the given ones, as far as it has them: for a process of an
 * ordinary user, none.
 */
export function keepCapabilities(kept: readonly number[]): ThreadCall {
  const status = readFileSync('/proc/self/status', 'utf8');
  const permitted = BigInt(`0x${/^CapPrm:\s*(\w+)/m.exec(status)?.[1] ?? '0'}`);
  const mask = kept.reduce((bits, capability) => bits | (1n << BigInt(capability)), 0n) & permitted;
  const memory = new NativeMemory(64);
  memory.view.setUint32(0, VERSION_3, true);
  for (const half of [0, 1]) {
    const bits = Number((mask >> BigInt(32 * half)) & 0xffffffffn);
    memory.view.setUint32(16 + half * 12, bits, true);
    memory.view.setUint32(20 + half * 12, bits, true);
  }
  return { name: 'capset', number: callNumberOf('capset'), arguments: [memory.address, memory.at(16)] };
}

/** The capabilities that this thread has in effect (capget(2)), one bit each. */
export function heldCapabilities(): bigint {
  const memory = new Uint8Array(32);
  const view = new DataView(memory.buffer);
  view.setUint32(0, VERSION_3, true);
  const address = addressOf(memory);
  check(syscall(linuxCallNumber('capget'), address, address + 8), 'capget');
  return BigInt(view.getUint32(8, true)) | (BigInt(view.getUint32(20, true)) << 32n);
}
