import { constants } from 'node:os';

/** The end of a program: its status, the signal that ended it, or the reason why it did not run to its end. */
export type ProgramEnd =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'signal'; readonly name: string }
  | { readonly kind: 'ended'; readonly reason: string };

/*
 * The message of a controlled process: its kind and a number, each a u32 in little endian, and a text in UTF-8 that goes on
 * to the end of the stream. `procdesc.h` has the same for C.
 */
const KINDS = ['exited', 'signal', 'ended'] as const;
const HEAD = 8;
const MAX_REASON = 248;

/** The most bytes of the message with which a process says how it has ended. */
export const MAX_PROCESS_END = HEAD + MAX_REASON;

/** Writes the end of a process, for the holders of its descriptor. */
export function writeProcessEnd(end: ProgramEnd): Uint8Array {
  const number =
    end.kind === 'exited' ? end.code >>> 0 : end.kind === 'signal' ? (numberOfSignal(end.name) ?? 0) : 0;
  const text = end.kind === 'exited' ? '' : end.kind === 'signal' ? end.name : end.reason;
  const reason = Buffer.from(text).subarray(0, MAX_REASON);
  const bytes = Buffer.alloc(HEAD + reason.length);
  bytes.writeUInt32LE(KINDS.indexOf(end.kind), 0);
  bytes.writeUInt32LE(number, 4);
  bytes.set(reason, HEAD);
  return bytes;
}

/** Reads the end of a process; `undefined` for other bytes. */
export function readProcessEnd(bytes: Uint8Array): ProgramEnd | undefined {
  if (bytes.length < HEAD || bytes.length > MAX_PROCESS_END) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kind = KINDS[view.getUint32(0, true)];
  const text = new TextDecoder().decode(bytes.subarray(HEAD));
  switch (kind) {
    case 'exited':
      return { kind, code: view.getUint32(4, true) };
    case 'signal':
      return { kind, name: text };
    case 'ended':
      return { kind, reason: text };
    default:
      return undefined;
  }
}

/** Signals that the holder of a process may send. */
export const clientSignals: readonly string[] = [
  'SIGHUP',
  'SIGINT',
  'SIGQUIT',
  'SIGKILL',
  'SIGUSR1',
  'SIGUSR2',
  'SIGTERM',
  'SIGCONT',
  'SIGWINCH',
];

const numbers: ReadonlyMap<string, number> = new Map(Object.entries(constants.signals));

/** Tells whether a holder of a process may send a signal. */
export function isClientSignal(name: string): name is NodeJS.Signals {
  return clientSignals.includes(name);
}

/** The number of a signal on this host; `undefined` for other texts. */
export function numberOfSignal(name: string): number | undefined {
  return numbers.get(name);
}

/** The signal that one byte of a holder stands for: its number. `undefined` for one that no holder may send. */
export function signalOfByte(byte: number): NodeJS.Signals | undefined {
  return clientSignals.filter(isClientSignal).find((name) => numbers.get(name) === byte);
}
