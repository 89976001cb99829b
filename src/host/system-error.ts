import { errnoMeaning, errnoName } from '../linux/errno.ts';

/** A host system call failed. Thrown by set-up code; hot paths return `-errno` instead. */
export class SystemError extends Error {
  override readonly name = 'SystemError';
  readonly code = 'host_call_failed';
  /** Linux error number, positive. */
  readonly errno: number;
  /** Name of the system call, such as `openat2`. */
  readonly call: string;

  /**
   * @param errno Linux error number, positive.
   * @param call Name of the system call.
   * @param subject The subject of the call, such as a path; empty if nothing more can be said.
   */
  constructor(errno: number, call: string, subject: string) {
    super(`${subject === '' ? call : `${call} ${subject}`}: ${errnoMeaning(errno)} (${errnoName(errno)})`);
    this.errno = errno;
    this.call = call;
  }
}

/** Passes on the result of a call that returns `-errno`, or throws it as a `SystemError`. */
export function check(result: number, call: string, subject = ''): number {
  if (result < 0) throw new SystemError(-result, call, subject);
  return result;
}
