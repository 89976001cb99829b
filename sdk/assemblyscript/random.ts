import { random_get } from './abi/calls';
import { outcome } from './result';

/** That many random bytes, good enough for keys. */
export function randomBytes(length: i32): Uint8Array {
  const bytes = new Uint8Array(length);
  outcome(random_get(bytes.dataStart, length), 'get random bytes').check();
  return bytes;
}
