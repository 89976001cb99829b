import { Signal } from '../../../abi/generated/constants.ts';

/** Linux's number of each signal that ends a process (signal(7)). */
export const hostSignals: ReadonlyMap<number, number> = new Map([
  [Signal.hup, 1],
  [Signal.int, 2],
  [Signal.quit, 3],
  [Signal.ill, 4],
  [Signal.trap, 5],
  [Signal.abrt, 6],
  [Signal.bus, 7],
  [Signal.fpe, 8],
  [Signal.kill, 9],
  [Signal.usr1, 10],
  [Signal.segv, 11],
  [Signal.usr2, 12],
  [Signal.alrm, 14],
  [Signal.term, 15],
  [Signal.xcpu, 24],
  [Signal.xfsz, 25],
  [Signal.vtalrm, 26],
  [Signal.sys, 31],
]);

const fromHost = new Map([...hostSignals].map(([signal, host]) => [host, signal]));

/** The ABI's number of a signal of Linux that has ended a process; those that the ABI does not know count as `kill`. */
export function signalFromHost(host: number): number {
  return fromHost.get(host) ?? Signal.kill;
}
