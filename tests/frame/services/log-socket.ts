import { readSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { bindSocket, makeSocket } from '../../../src/host/sockets/socket-setup.ts';
import { check } from '../../../src/host/system-error.ts';
import { makeFolder } from '../programs.ts';

/** A socket in the place of a log, and how its next message is read. */
export function makeLog(t: TestContext): { readonly path: string; readonly next: () => string } {
  const path = join(makeFolder(t), 'log');
  const socket = check(makeSocket('unix', true), 'socket');
  check(bindSocket(socket, { family: 'unix', path }), 'bind');
  return {
    path,
    next: () => {
      const bytes = Buffer.alloc(8192);
      return bytes.toString('utf8', 0, readSync(socket, bytes));
    },
  };
}
