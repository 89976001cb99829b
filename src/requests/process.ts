import { closeSync, readFileSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { enter } from '../capsicum/index.ts';
import { Authority } from './authority.ts';
import type { HeldOrigin } from './held-origin.ts';
import {
  type BeginRequests,
  type FromRequests,
  type HeldTarget,
  RequestDescriptor,
  type ToRequests,
} from './protocol.ts';
import { RequestRelay } from './request-relay.ts';
import { RequestRate } from './request-rule.ts';

/** A dial that the launcher has not answered yet. */
type Waiting = { readonly resolve: (stream: Duplex) => void; readonly reject: (error: Error) => void };

/**
 * Runs the process that holds requests. It has secrets and a key, and parses what the program and servers send, so that
 * it is in capability mode from its first connection on: it holds the sockets that it is sent, and can make none.
 */
export async function holdRequests(): Promise<void> {
  // The launcher is gone.
  process.once('disconnect', () => process.exit());
  const begin: BeginRequests = JSON.parse(readFileSync(RequestDescriptor.begin, 'utf8'));
  closeSync(RequestDescriptor.begin);
  const authority = await Authority.make(begin.names);
  enter();
  const waiting = new Map<number, Waiting>();
  const unrecorded = new Map<number, () => void>();
  let records = 0;
  const relay = new RequestRelay(authority, {
    dial: ({ grant, name, port }) => ask(waiting, { grant, name, port }),
    onRefused: (refused, client) =>
      new Promise((resolve) => {
        const record = records++;
        unrecorded.set(record, resolve);
        tell({ kind: 'refused', refused, client, record });
      }),
    trust: begin.trust,
  });
  const rates = begin.grants.map(({ rule }) => new RequestRate(rule.rate));
  process.on('message', (message: ToRequests, socket: unknown) => {
    if (message.kind === 'serve' || message.kind === 'dialled') tell({ kind: 'taken' });
    switch (message.kind) {
      case 'serve': {
        const rate = rates[message.target.grant];
        const origin = originOf(begin, message.target);
        const { client } = message;
        if (!(socket instanceof Socket && rate && origin)) return;
        // As it was in the launcher: a message does not keep that.
        socket.allowHalfOpen = true;
        socket.once('close', () => tell({ kind: 'ended', client }));
        relay.serve(socket, origin, rate, client);
        return;
      }
      case 'dialled':
        if (socket instanceof Socket) take(waiting, message.dial)?.resolve(socket);
        return;
      case 'not dialled':
        take(waiting, message.dial)?.reject(new Error(message.reason));
        return;
      case 'recorded':
        take(unrecorded, message.record)?.();
    }
  });
  writeSync(RequestDescriptor.certificate, authority.certificate);
  closeSync(RequestDescriptor.certificate);
}

function originOf({ grants }: BeginRequests, { grant, name, port }: HeldTarget): HeldOrigin | undefined {
  const found = grants[grant];
  return found && { ...found, credential: found.credential, grant, name, port };
}

let dials = 0;

/** Asks the launcher for a connection: it resolves the name, checks the address, and connects. */
function ask(waiting: Map<number, Waiting>, target: HeldTarget): Promise<Duplex> {
  const dial = ++dials;
  return new Promise((resolve, reject) => {
    waiting.set(dial, { resolve, reject });
    tell({ kind: 'dial', dial, target });
  });
}

function take<T>(waiting: Map<number, T>, number: number): T | undefined {
  const found = waiting.get(number);
  waiting.delete(number);
  return found;
}

function tell(message: FromRequests): void {
  process.send?.(message);
}
