import { Socket } from 'node:net';
import { makeSocketPair } from '../host/files/new-descriptors.ts';
import { signalOfByte, writeProcessEnd } from '../services/program/process-end.ts';
import type { Process } from './process.ts';
import { programEndOf } from './program-end.ts';

/** The things that keep a process: it ends with the last descriptor of its holders, or with its launcher. */
export type ControlOptions = { readonly keeps: 'holders' | 'launcher' };

/**
 * Makes a descriptor that controls a process, after pdfork(2) of FreeBSD. It is a UNIX socket to this process, because
 * the kernel counts the holders of a socket, and of a pidfd it does not:
 *
 * - when its last copy is closed, the process is ended, unless its launcher keeps it (a daemon);
 * - each byte that is sent is the number of a signal;
 * - when the process has ended, the socket can be read (`poll`): a message says how, and stays for other holders, as they peek.
 *
 * No process is sent a signal, and the launcher reaps the process.
 *
 * @returns A host descriptor, which is the caller's.
 */
export function controlSocket(process: Process, options: ControlOptions): number {
  const [ours, theirs] = makeSocketPair();
  answerControl(process, ours, options);
  return theirs;
}

/**
 * Answers at the other end of such a descriptor.
 *
 * @param socket Our end, a host descriptor, which belongs to this function from now on.
 */
export function answerControl(process: Process, socket: number, { keeps }: ControlOptions): void {
  const stream = new Socket({ fd: socket, readable: true, writable: true, allowHalfOpen: true });
  const onGone = (): void => {
    if (keeps === 'holders') process.kill();
  };
  stream.on('data', (bytes: Uint8Array) => {
    for (const byte of new Set(bytes)) {
      const signal = signalOfByte(byte);
      if (signal === 'SIGKILL') process.kill();
      else if (signal !== undefined) process.signal(signal);
    }
  });
  // All copies are closed; or a holder has said that it sends no more, which it may as well as kill.
  stream.once('end', onGone);
  stream.on('error', onGone);
  stream.unref();
  void process.exited.then((reason) => {
    if (!stream.destroyed) stream.end(writeProcessEnd(programEndOf(reason)), () => stream.destroy());
  });
}
