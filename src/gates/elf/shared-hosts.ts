import { close } from '../../host/files/files.ts';

/**
 * Counts how many processes of one program name a host descriptor. Nothing is duplicated when a process is copied, so that rules
 * of the supervisor's filter about single descriptors hold for every process.
 */
export class SharedHosts {
  /** Those that more than one process names. */
  readonly #counts = new Map<number, number>();
  readonly #listeners = new Map<number, () => void>();

  /** Another process names these. */
  share(hosts: Iterable<number>): void {
    for (const host of hosts) this.#counts.set(host, (this.#counts.get(host) ?? 1) + 1);
  }

  /** Calls a function before a host descriptor is closed. */
  onClosed(host: number, listener: () => void): void {
    this.#listeners.set(host, listener);
  }

  /** A process names a host descriptor no more; closes it with the last one. Returns 0 or `-errno` of Linux. */
  readonly close = (host: number): number => {
    const count = this.#counts.get(host) ?? 1;
    if (count > 2) this.#counts.set(host, count - 1);
    else this.#counts.delete(host);
    if (count > 1) return 0;
    const listener = this.#listeners.get(host);
    this.#listeners.delete(host);
    listener?.();
    return close(host);
  };
}
