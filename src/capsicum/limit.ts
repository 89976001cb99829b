import { CapsicumError } from './errors.ts';

/** A right on a descriptor that can be withheld; `rights` says what each is. */
export type Right =
  | 'read'
  | 'write'
  | 'seek'
  | 'truncate'
  | 'sync'
  | 'stat'
  | 'attributes'
  | 'lock'
  | 'map'
  | 'lookup'
  | 'accept'
  | 'listen'
  | 'shutdown'
  | 'options'
  | 'name';

/** What each right lets a process do with a descriptor. */
export const rights: Readonly<Record<Right, string>> = {
  read: 'read, receive, list a directory',
  write: 'write, send, reserve space',
  seek: 'move the position, and read and write at a position',
  truncate: 'change the length of a file',
  sync: 'wait until what was written is on the disk',
  stat: 'read attributes',
  attributes: 'change mode, owner and times',
  lock: 'lock a file with flock',
  map: 'map a file into memory',
  lookup: 'use a directory as where a path begins',
  accept: 'accept connections',
  listen: 'begin to listen',
  shutdown: 'end one direction of a connection',
  options: 'read and set options of a socket',
  name: 'ask for the addresses of a socket',
};

/** What nothing on Linux can withhold from the holder of a descriptor, and why. */
export const unlimited: Readonly<Record<string, string>> = {
  poll: 'poll and select take descriptor numbers in memory, where a filter does not see them',
  close:
    'Node closes what it opened; the number of a limited descriptor stays taken, so that no other gets it',
  'receive descriptors':
    'whether a message brings descriptors is decided by the sender; recvmsg cannot be told apart by a filter',
  'send to one peer only': 'a descriptor of a socket is its peer',
};

/** What is left of a descriptor. */
export type Limits = {
  /** The rights that stay; all of them by default. */
  readonly rights?: readonly Right[];
  /** The ioctl requests that stay, by number, of those that capability mode lets through; all by default. */
  readonly ioctls?: readonly number[];
  /** The fcntl commands that stay, by number, of those that capability mode lets through; all by default. */
  readonly fcntls?: readonly number[];
};

/** Something with a descriptor: a number, a FileHandle, a socket or a server of node:net. */
export type HasDescriptor =
  | number
  | { readonly fd: number }
  /** What node:net and node:http make; `_handle` is theirs. */
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
    throw new CapsicumError('bad_option', 'What is to be limited or kept has no open descriptor');
  }
  return descriptor;
}

/** The limits of one descriptor, as sets. */
export type LimitedDescriptor = {
  readonly descriptor: number;
  readonly rights: ReadonlySet<Right>;
  readonly ioctls: ReadonlySet<number> | undefined;
  readonly fcntls: ReadonlySet<number> | undefined;
};

const limited = new Map<number, LimitedDescriptor>();

const all = Object.keys(rights) as readonly Right[];

const both = <Value>(
  a: ReadonlySet<Value> | undefined,
  b: readonly Value[] | undefined,
): ReadonlySet<Value> | undefined =>
  b === undefined ? a : new Set(b.filter((value) => a === undefined || a.has(value)));

/** Adds limits to those a descriptor has; rights only ever become fewer. */
export function addLimits(target: HasDescriptor, limits: Limits): void {
  const descriptor = descriptorOf(target);
  const unknown = limits.rights?.find((right) => !Object.hasOwn(rights, right));
  if (unknown !== undefined) {
    const why = Object.hasOwn(unlimited, unknown)
      ? `cannot be withheld: ${unlimited[unknown]}`
      : 'is no right';
    throw new CapsicumError('bad_option', `'${unknown}' ${why}. Rights are ${all.join(', ')}`);
  }
  const before = limited.get(descriptor);
  limited.set(descriptor, {
    descriptor,
    rights: both(before?.rights ?? new Set(all), limits.rights) ?? new Set(all),
    ioctls: both(before?.ioctls, limits.ioctls),
    fcntls: both(before?.fcntls, limits.fcntls),
  });
}

/** The descriptors that are limited so far. */
export function limitedDescriptors(): readonly LimitedDescriptor[] {
  return [...limited.values()];
}
