import { randomFillSync } from 'node:crypto';
import { getFlags } from '../host/files/files.ts';
import { LinuxErrno } from '../linux/errno.ts';
import type { FcntlName, IoctlName } from '../walls/descriptor-commands.ts';
import type { Right } from '../walls/descriptor-rights.ts';
import { limit } from './enter.ts';
import type { HasDescriptor } from './limit.ts';
import { prepare } from './prepare.ts';

/*
 * The helpers of capsicum_helpers(3), under names of this ecosystem: caph_limit_stream and its kind, and
 * caph_cache_tzdata and its kind. caph_enter is `enter()`, caph_rights_limit is `limit()`.
 */

/** The use of a stream: one of them, or several. */
export type StreamUse = 'read' | 'write' | 'lookup';

const rightsOfUse: Readonly<Record<StreamUse, readonly Right[]>> = {
  read: ['read'],
  // The end of a program may wait until its output is written.
  write: ['write', 'sync'],
  lookup: ['lookup'],
};

/** Every stream may be asked for its attributes and position, and ended. */
const always: readonly Right[] = ['stat', 'seek', 'shutdown'];

/** The requests with which a program finds out that it writes to a terminal, and how wide that is. */
const ioctls: readonly IoctlName[] = ['TCGETS', 'TIOCGWINSZ', 'FIONREAD', 'FIONBIO'];
const fcntls: readonly FcntlName[] = ['F_GETFL', 'F_SETFL', 'F_GETFD'];

/**
 * Limits a descriptor to the use of a stream (caph_limit_stream of capsicum_helpers(3)): reading, writing or looking names
 * up, its attributes and position, the size of a terminal. Takes effect as `limit()` does.
 *
 * @throws CapsicumError
 *
 * @example limitStream(openSync('log', 'a'), 'write');
 */
export function limitStream(target: HasDescriptor, use: StreamUse | readonly StreamUse[]): void {
  const uses = typeof use === 'string' ? [use] : use;
  limit(target, { rights: [...always, ...uses.flatMap((one) => rightsOfUse[one])], ioctls, fcntls });
}

/** Limits standard input to reading; nothing happens when it is closed. */
export function limitStandardInput(): void {
  if (isOpen(0)) limitStream(0, 'read');
}

/** Limits standard output to writing; nothing happens when it is closed. */
export function limitStandardOutput(): void {
  if (isOpen(1)) limitStream(1, 'write');
}

/** Limits standard error to writing; nothing happens when it is closed. */
export function limitStandardError(): void {
  if (isOpen(2)) limitStream(2, 'write');
}

/**
 * Limits the three standard streams (caph_limit_stdio). A stream that is closed stays so.
 *
 * @throws CapsicumError
 *
 * @example limitStdio(); enter();
 */
export function limitStdio(): void {
  limitStandardInput();
  limitStandardOutput();
  limitStandardError();
}

function isOpen(descriptor: number): boolean {
  return getFlags(descriptor) !== -LinuxErrno.EBADF;
}

/**
 * Reads the local time zone and others now (caph_cache_tzdata).
 *
 * @param timeZones Names such as `Europe/Lisbon`, for a Node that reads its Intl data from a directory.
 * @throws CapsicumError once this process is in capability mode.
 */
export async function cacheTimeZone(...timeZones: readonly string[]): Promise<void> {
  await prepare({ timeZones });
}

/**
 * Reads the data of locales now (caph_cache_catpages, setlocale(3)).
 *
 * @param locales Names such as `pt-BR`; by default the one of the environment.
 * @throws CapsicumError once this process is in capability mode.
 */
export async function cacheLocale(...locales: readonly string[]): Promise<void> {
  await prepare({ locales });
}

/**
 * Reads the certificates of the system and of `NODE_EXTRA_CA_CERTS` now.
 *
 * @throws CapsicumError once this process is in capability mode.
 */
export async function cacheCertificates(): Promise<void> {
  await prepare({ certificates: true });
}

/**
 * Seeds the random generator now and has the kernel's show that it answers, so that neither degrades later: OpenSSL
 * would look for a device if getrandom(2) failed.
 *
 * @throws Error of node:crypto if there is no random source.
 */
export function cacheRandom(): void {
  randomFillSync(new Uint8Array(16));
}
