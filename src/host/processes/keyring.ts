import {
  KEY_SPEC_PROCESS_KEYRING,
  KEY_SPEC_USER_KEYRING,
  KEYCTL_LINK,
  KEYCTL_READ,
  KEYCTL_SEARCH,
  KEYCTL_UNLINK,
} from '../../linux/processes.ts';
import { callNumberOf } from '../../linux/system-calls.ts';
import { NativeMemory } from '../memory.ts';
import { syscall } from '../syscall.ts';

/*
 * Keys that the kernel keeps for a user (keyrings(7), user-keyring(7)). No file leads to them, and the programs that we
 * start have no call that does.
 */

/** Bytes of a key. */
const LENGTH = 32;

/** Offsets of the words and the bytes of these calls in memory of ours. */
const PLACES = { type: 0, description: 64, payload: 256 } as const;

/** Memory that is mapped stays. */
let room: NativeMemory | undefined;

/**
 * Gives a random key that the kernel keeps for this user until the host is restarted; makes it when there is none.
 *
 * @param name The purpose, by which it is found again.
 * @returns `undefined` where the host keeps no keys, or lets this process have none, as in many containers.
 */
export function userKey(name: string): Buffer | undefined {
  room ??= new NativeMemory(PLACES.payload + LENGTH);
  const memory = room;
  const put = (at: number, bytes: Uint8Array): void => memory.bytes.set(bytes, at);
  put(PLACES.type, Buffer.from('user\0'));
  put(PLACES.description, Buffer.from(`${name}\0`));
  const keyctl = (operation: number, ...values: readonly number[]): number =>
    syscall(callNumberOf('keyctl'), operation, ...values);
  // A key can be read by a process that possesses it: one that finds it from a keyring of its own.
  if (keyctl(KEYCTL_LINK, KEY_SPEC_USER_KEYRING, KEY_SPEC_PROCESS_KEYRING) < 0) return undefined;
  try {
    const type = memory.at(PLACES.type);
    const description = memory.at(PLACES.description);
    const payload = memory.at(PLACES.payload);
    let key = keyctl(KEYCTL_SEARCH, KEY_SPEC_USER_KEYRING, type, description, 0);
    if (key < 0) {
      put(PLACES.payload, process.getBuiltinModule('node:crypto').randomBytes(LENGTH));
      key = syscall(callNumberOf('add_key'), type, description, payload, LENGTH, KEY_SPEC_USER_KEYRING);
    }
    if (key < 0 || keyctl(KEYCTL_READ, key, payload, LENGTH) !== LENGTH) return undefined;
    return Buffer.from(memory.bytes.subarray(PLACES.payload, PLACES.payload + LENGTH));
  } finally {
    memory.bytes.fill(0, PLACES.payload, PLACES.payload + LENGTH);
    keyctl(KEYCTL_UNLINK, KEY_SPEC_USER_KEYRING, KEY_SPEC_PROCESS_KEYRING);
  }
}
