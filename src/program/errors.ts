import { getSystemErrorMap } from 'node:util';
import { errnoNames } from '../abi/generated/constants.ts';
import { nameOf } from '../abi/names.ts';
import type { KernelRefusal } from '../kernel/new-process.ts';
import { quote } from '../resources/written.ts';

/**
 * An operation on a granted object has failed. It has the properties that errors of `node:fs` have, so that code which
 * looks at `error.code` works as it is.
 */
export class OperationError extends Error {
  override readonly name = 'OperationError';
  /** `ENOENT` and the like; `ENOTCAPABLE` when a right is missing or a path leads out of its directory. */
  readonly code: string;
  /** CloudABI's name of the call, such as `file_open`. */
  readonly syscall: string;
  /** The path, where the operation has one. */
  readonly path?: string;

  constructor(code: string, call: string, message: string, path?: string) {
    super(message);
    this.code = code;
    this.syscall = call;
    if (path !== undefined) this.path = path;
  }
}

/** Node's names for errors, and its words for them. */
const words: ReadonlyMap<string, string> = new Map(getSystemErrorMap().values());

/**
 * Makes the error for an answer of the kernel.
 *
 * @param result Minus one of the ABI's `Errno`.
 * @param object The name of the descriptor in messages.
 * @param refused The report of the kernel when it refused the call.
 */
export function operationError(
  result: number,
  call: string,
  object: string,
  path: string | undefined,
  refused: KernelRefusal | undefined,
): OperationError {
  const code = `E${nameOf(errnoNames, -result).toUpperCase()}`;
  const about = path === undefined ? object : `${quote(path)} in ${object}`;
  if (code !== 'ENOTCAPABLE') {
    const text = words.get(code) ?? 'operation failed';
    return new OperationError(code, call, `${code}: ${text}, ${call} of ${about}`, path);
  }
  const missing = refused?.missing ?? [];
  const why =
    missing.length === 0
      ? 'the path leads out of the directory'
      : `the grant lacks ${missing.length > 4 ? `${missing.slice(0, 3).join(', ')} and ${missing.length - 3} more` : missing.join(', ')}`;
  return new OperationError(code, call, `ENOTCAPABLE: not granted, ${call} of ${about}: ${why}`, path);
}
