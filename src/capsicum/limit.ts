import { getFlags } from '../host/files/files.ts';
import { type Address, bytesAt } from '../host/libc.ts';
import { NativeMemory } from '../host/memory.ts';
import { errnoName } from '../linux/errno.ts';
import { O_ACCMODE } from '../linux/open-flags.ts';
import { didYouMean } from '../text/suggest.ts';
import {
  type FcntlName,
  fcntlCommands,
  type IoctlName,
  ioctlRequests,
  lostCommands,
} from '../walls/descriptor-commands.ts';
import { type LimitedDescriptor, type Right, rights } from '../walls/descriptor-rights.ts';
import { CapsicumError } from './errors.ts';

/** Uses that nothing on Linux can withhold from the holder of a descriptor, and the reasons. */
export const unlimited: Readonly<Record<string, string>> = {
  poll: 'poll and select take descriptor numbers in memory, where a filter does not see them',
  close: 'Node closes its files; the number of a limited descriptor stays taken, so that no other gets it',
  'receive descriptors':
    'whether a message brings descriptors is decided by the sender; recvmsg cannot be told apart by a filter',
  'send to one peer only': 'a descriptor of a socket is its peer',
};

/** The rights that are left of a descriptor. */
export type Limits = {
  /** The rights that stay; all of them by default. */
  readonly rights?: readonly Right[];
  /** The ioctl requests that stay, by name or number, of those in `ioctlRequests`; all by default. */
  readonly ioctls?: readonly (IoctlName | number)[];
  /** The fcntl commands that stay, by name or number, of those in `fcntlCommands`; all by default. */
  readonly fcntls?: readonly (FcntlName | number)[];
};

/** Something with a descriptor: a number, a FileHandle, a socket or a server of node:net. */
export type HasDescriptor =
  | number
  | { readonly fd: number }
  /** Objects of node:net and node:http; `_handle` is theirs. */
  | { readonly _handle?: { readonly fd?: number } | null };

/**
 * The number of the descriptor.
 *
 * @throws CapsicumError when there is none, such as for a socket that is closed.
 */
export function descriptorOf(target: HasDescriptor): number {
  const descriptor =
    typeof target === 'number'
      ? target
      : 'fd' in target
        ? target.fd
        : (target as { _handle?: { fd?: number } })._handle?.fd;
  if (descriptor === undefined || !Number.isInteger(descriptor) || descriptor < 0) {
    throw new CapsicumError('bad_option', 'The object to limit or keep has no open descriptor');
  }
  return descriptor;
}

/** Descriptors that can be limited: those whose number has a place in `LimitTable`. */
const MOST = 65536;

const limited = new Map<number, LimitedDescriptor>();

const all = Object.keys(rights) as readonly Right[];

const both = <Value>(
  a: ReadonlySet<Value> | undefined,
  b: readonly Value[] | undefined,
): ReadonlySet<Value> | undefined =>
  b === undefined ? a : new Set(b.filter((value) => a === undefined || a.has(value)));

/**
 * Finds the numbers of commands.
 *
 * @throws CapsicumError for a command that no descriptor keeps, and for an unknown one.
 */
function numbersOf(
  call: 'ioctl' | 'fcntl',
  wanted: readonly (string | number)[] | undefined,
  known: Readonly<Record<string, number>>,
): readonly number[] | undefined {
  return wanted?.map((one) => {
    const number = typeof one === 'number' ? one : Object.hasOwn(known, one) ? known[one] : undefined;
    if (number !== undefined && Object.values(known).includes(number)) return number;
    const why =
      typeof one === 'string' && Object.hasOwn(lostCommands, one)
        ? `does not stay in capability mode: ${lostCommands[one]}`
        : `cannot be left to a descriptor${didYouMean(String(one), Object.keys(known))}`;
    throw new CapsicumError(
      'bad_option',
      `${call} '${one}' ${why}. Those that can stay are ${Object.keys(known).join(', ')}`,
    );
  });
}

/**
 * Adds limits to those a descriptor has; rights only ever become fewer.
 *
 * @returns The rights that are left of the descriptor.
 * @throws CapsicumError for an unknown right or command, or a number that is no descriptor.
 */
export function addLimits(target: HasDescriptor, limits: Limits): LimitedDescriptor {
  const descriptor = descriptorOf(target);
  if (descriptor >= MOST)
    throw new CapsicumError(
      'bad_option',
      `Descriptor ${descriptor} cannot be limited: only those below ${MOST} can`,
    );
  const unknown = limits.rights?.find((right) => !Object.hasOwn(rights, right));
  if (unknown !== undefined) {
    const why = Object.hasOwn(unlimited, unknown)
      ? `cannot be withheld: ${unlimited[unknown]}`
      : 'is no right';
    throw new CapsicumError('bad_option', `'${unknown}' ${why}. Rights are ${all.join(', ')}`);
  }
  const ioctls = numbersOf('ioctl', limits.ioctls, ioctlRequests);
  const fcntls = numbersOf('fcntl', limits.fcntls, fcntlCommands);
  const flags = getFlags(descriptor);
  if (flags < 0)
    throw new CapsicumError('bad_option', `Descriptor ${descriptor} is not open (${errnoName(-flags)})`);
  const before = limited.get(descriptor);
  const left: LimitedDescriptor = {
    descriptor,
    rights: both(before?.rights ?? new Set(all), limits.rights) ?? new Set(all),
    ioctls: both(before?.ioctls, ioctls),
    fcntls: both(before?.fcntls, fcntls),
    writable: (before?.writable ?? false) || (flags & O_ACCMODE) !== 0,
  };
  limited.set(descriptor, left);
  return left;
}

/** The bit of descriptors that are limited in any way, above those of the rights. */
const LIMITED = 1 << 15;

/** The rights that descriptors lack, in memory that all threads of the process find once walls are up. */
export class LimitTable {
  readonly #missing: Uint16Array;

  /** @param address 65536 words of 16 bits. */
  constructor(address: Address) {
    this.#missing = new Uint16Array(bytesAt(address, 2 * MOST).buffer, 0, MOST);
  }

  /** Memory for a table. */
  static allocate(): NativeMemory {
    return new NativeMemory(2 * MOST);
  }

  /** Notes the rights that a descriptor has lost. */
  add({ descriptor, rights }: LimitedDescriptor): void {
    Atomics.or(this.#missing, descriptor, LIMITED);
    all.forEach((right, bit) => {
      if (!rights.has(right)) Atomics.or(this.#missing, descriptor, 1 << bit);
    });
  }

  /** Tells whether a descriptor has been limited in any way. */
  isLimited(descriptor: number): boolean {
    return ((this.#missing[descriptor] ?? 0) & LIMITED) !== 0;
  }

  /** The rights that a descriptor has. */
  rightsOf(descriptor: number): Right[] {
    const missing = this.#missing[descriptor] ?? 0;
    return all.filter((_, bit) => (missing & (1 << bit)) === 0);
  }
}

/** The rights that are left to a descriptor by `addLimits` on this thread. */
export function rightsLeft(descriptor: number): Right[] {
  const left = limited.get(descriptor)?.rights;
  return all.filter((right) => left?.has(right) ?? true);
}

/** The descriptors that are limited so far. */
export function limitedDescriptors(): readonly LimitedDescriptor[] {
  return [...limited.values()];
}

/** Tells whether a descriptor has been limited on this thread. */
export function isLimitedHere(descriptor: number): boolean {
  return limited.has(descriptor);
}
