import { closeSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { bindSocket, makeSocket } from '../../../src/host/sockets/socket-setup.ts';
import { check } from '../../../src/host/system-error.ts';
import { makeFolder } from '../programs.ts';

/** A socket in the place of a log. */
export type TestedLog = {
  /** Reads the next message. */
  readonly next: () => string;
  readonly close: () => void;
};

/** Begins a log at a path. */
export function listenAt(path: string): TestedLog {
  const socket = check(makeSocket('unix', true), 'socket');
  check(bindSocket(socket, { family: 'unix', path }), 'bind');
  return {
    next: () => {
      const bytes = Buffer.alloc(8192);
      return bytes.toString('utf8', 0, readSync(socket, bytes));
    },
    close: () => closeSync(socket),
  };
}

/** Begins a log in a folder of the test. */
export function makeLog(t: TestContext): TestedLog & { readonly path: string } {
  const path = join(makeFolder(t), 'log');
  return { path, ...listenAt(path) };
}
