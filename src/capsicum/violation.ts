import type { SystemCall } from '../linux/system-calls.ts';
import { callName } from '../linux/system-calls.ts';
import { neededRights, type Right } from '../walls/descriptor-rights.ts';

/**
 * A violation of capability mode by its kind, with the data of that kind: the records of ktrace(1) on FreeBSD
 * (`struct ktr_cap_fail`).
 */
export type Violation =
  /** A descriptor lacks rights that the call needs. */
  | {
      readonly kind: 'NOTCAPABLE';
      readonly descriptor: number;
      readonly needed: readonly Right[];
      readonly held: readonly Right[];
    }
  /** `limit()` named rights that the descriptor has lost. */
  | {
      readonly kind: 'INCREASE';
      readonly descriptor: number;
      readonly wanted: readonly Right[];
      readonly held: readonly Right[];
    }
  /** The call is not for programs in capability mode, or not with these arguments. */
  | { readonly kind: 'SYSCALL'; readonly call: string }
  /** A signal to another process. */
  | { readonly kind: 'SIGNAL'; readonly process: number; readonly signal: number }
  /** A new socket. */
  | {
      readonly kind: 'PROTO';
      readonly family: number;
      readonly type: number;
      readonly protocol: number;
    }
  /** An address to connect with, to bind or to send to. */
  | { readonly kind: 'SOCKADDR'; readonly address: string }
  /** A path that leads outside of kept directories. */
  | { readonly kind: 'NAMEI'; readonly path: string; readonly to?: string }
  /** The processors of another process, or a change of those. */
  | { readonly kind: 'CPUSET'; readonly process: number };

/** A refused call, as far as it was noted. */
export type NotedCall = {
  /** The number of the call on this host. */
  readonly number: number;
  /** Its name in reports. */
  readonly name: string;
  readonly arguments: readonly bigint[];
  readonly path: string | undefined;
  readonly to: string | undefined;
  readonly address: string | undefined;
};

/** Calls that send a signal: where they have the process, and the signal. */
const signalling: ReadonlyMap<string, readonly [process: number, signal: number]> = new Map([
  ['kill', [0, 1]],
  ['tkill', [0, 1]],
  ['tgkill', [0, 2]],
  ['rt_sigqueueinfo', [0, 1]],
  ['rt_tgsigqueueinfo', [0, 2]],
  ['pidfd_send_signal', [0, 1]],
]);

/** Calls on a descriptor that are refused to every limited one, or by their command. */
const commands: ReadonlySet<string> = new Set(['fcntl', 'ioctl', 'dup', 'dup2', 'dup3', 'close', 'mmap']);

/** The descriptor that mmap has. */
const MMAP_DESCRIPTOR = 4;

/**
 * Finds the kind of a violation.
 *
 * @param rightsOf The rights that a descriptor has.
 * @param isLimited True for a descriptor that has been limited in any way.
 */
export function violationOf(
  noted: NotedCall,
  rightsOf: (descriptor: number) => readonly Right[],
  isLimited: (descriptor: number) => boolean,
): Violation {
  const { number, name, path, to, address } = noted;
  const call = callName(number);
  const lacking = call === undefined ? undefined : lackedBy(noted, call, rightsOf, isLimited);
  if (lacking !== undefined) return lacking;
  if (path !== undefined) return { kind: 'NAMEI', path, ...(to === undefined ? {} : { to }) };
  if (name === 'socket' || name === 'socketpair')
    return { kind: 'PROTO', family: int(noted, 0), type: int(noted, 1), protocol: int(noted, 2) };
  const signal = signalling.get(name);
  if (signal !== undefined)
    return { kind: 'SIGNAL', process: int(noted, signal[0]), signal: int(noted, signal[1]) };
  if (name === 'sched_setaffinity' || name === 'sched_getaffinity')
    return { kind: 'CPUSET', process: int(noted, 0) };
  if (address !== undefined) return { kind: 'SOCKADDR', address };
  return { kind: 'SYSCALL', call: name };
}

function lackedBy(
  noted: NotedCall,
  call: SystemCall,
  rightsOf: (descriptor: number) => readonly Right[],
  isLimited: (descriptor: number) => boolean,
): Violation | undefined {
  const [, ...needs] = neededRights.find(([one]) => one === call) ?? [call];
  for (const argument of new Set(needs.map(([position]) => position))) {
    const descriptor = int(noted, argument);
    if (descriptor < 0 || !isLimited(descriptor)) continue;
    const needed = needs.filter(([position]) => position === argument).map(([, right]) => right);
    const held = rightsOf(descriptor);
    if (needed.some((right) => !held.includes(right)))
      return { kind: 'NOTCAPABLE', descriptor, needed, held };
  }
  if (!commands.has(call)) return undefined;
  const descriptor = int(noted, call === 'mmap' ? MMAP_DESCRIPTOR : 0);
  if (descriptor < 0 || !isLimited(descriptor)) return undefined;
  const needed: readonly Right[] = call === 'mmap' ? ['map', 'read', 'write'] : [];
  return { kind: 'NOTCAPABLE', descriptor, needed, held: rightsOf(descriptor) };
}

/** An argument as the kernel reads descriptors and flags. */
function int({ arguments: values }: NotedCall, index: number): number {
  return Number(BigInt.asIntN(32, values[index] ?? -1n));
}
