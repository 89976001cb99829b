import { allRightsHigh, allRightsLow, rightsNames } from '../abi/generated/constants.ts';
import type { Descriptor } from './descriptors.ts';
import { fileTypeRights } from './filetype-rights.ts';
import { KernelProcess } from './process.ts';
import { R, RH } from './rights.ts';

/** An operation that was refused for want of a right, or because a path leads out of its directory. */
export type KernelRefusal = {
  /** CloudABI's name of the call, such as `file_open`. */
  readonly call: string;
  /** The program's number of the descriptor it was tried on. */
  readonly descriptor: number;
  /** The path, where the call has one. */
  readonly path?: string;
  /** CloudABI's names of the missing rights; empty when the path leads out of the directory. */
  readonly missing: readonly string[];
  /** `Descriptor.grant` of the descriptor. */
  readonly grant: number;
};

/** Calls whose path a refusal names. */
const pathCalls = /^file_(?:open|create|link|readlink|rename|stat_get|stat_put|symlink|unlink)$/;

/** CloudABI's names of the kernel's rights; half of a divided right has the name of the whole. */
function rightsByName(low: number, high: number): string[] {
  let named = low & allRightsLow;
  if (low & R.removeDirectory) named |= R.file_unlink;
  if (low & R.openTruncate) named |= R.file_stat_fput_size;
  const mask = (BigInt(high & allRightsHigh) << 32n) | BigInt(named >>> 0);
  const names = [...rightsNames].filter(([bit]) => (mask & bit) !== 0n).map(([, name]): string => name);
  return high & RH.sockAccept ? [...names, 'sock_accept'] : names;
}

/** The same descriptor with only those rights that its type has a use for; a linked socket stays linked. */
export function useful(descriptor: Descriptor): Descriptor {
  const { base, inheriting } = fileTypeRights(descriptor.type);
  return {
    ...descriptor,
    base: { low: descriptor.base.low & base.low, high: descriptor.base.high & (base.high | RH.linked) },
    inheriting: {
      low: descriptor.inheriting.low & inheriting.low,
      high: descriptor.inheriting.high & (inheriting.high | RH.linked),
    },
  };
}

/** Calls `listener` for every operation of a process that is refused. */
export function reportRefusals(process: KernelProcess, listener: (refusal: KernelRefusal) => void): void {
  process.descriptors.onRefused((call, descriptor, low, high, grant) => {
    const path = pathCalls.test(call) ? { path: process.path.text } : {};
    listener({ call, descriptor, ...path, missing: rightsByName(low, high), grant });
  });
}

/**
 * Makes the kernel's state of a process that begins with some descriptors; the number of each is its index.
 *
 * @param onRefused Called for every operation that is refused.
 * @param process The process to put them into, where it is not for one thread only.
 */
export function newProcess(
  descriptors: readonly Descriptor[],
  onRefused?: (refusal: KernelRefusal) => void,
  process: KernelProcess = new KernelProcess(),
): KernelProcess {
  for (const descriptor of descriptors) process.descriptors.add(useful(descriptor));
  if (onRefused !== undefined) reportRefusals(process, onRefused);
  return process;
}
