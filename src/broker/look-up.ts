import { lookup } from 'node:dns';
import { Resolver } from 'node:dns/promises';
import { formatHost, type IpAddress, parseAddress } from '../network/address.ts';

/** A server that looks names up. */
export type NameServer = { readonly address: IpAddress; readonly port: number };

/** Milliseconds for which the addresses of a name are used again. */
const FRESH = 2000;

/** The most names whose addresses are kept. */
const MOST_NAMES = 1024;

/** The most names that are looked up at once: further ones have no address. */
const MOST_AT_ONCE = 512;

/** The most addresses of a name that count; an answer may have thousands. */
const MOST_ADDRESSES = 32;

/** Milliseconds until a name server that does not answer is asked again, and how often it is asked. */
const PATIENCE = 2000;
const TRIES = 2;

type Found = { readonly addresses: readonly IpAddress[]; readonly until: number };

/**
 * Looks up names for a broker: as the host does, or at a server. Addresses are used again for a short time; what is
 * decided about them is decided each time.
 */
export class LookUp {
  readonly #resolver: Resolver | undefined;
  readonly #found = new Map<string, Found>();
  readonly #running = new Map<string, Promise<readonly IpAddress[]>>();

  /** @param server `undefined` for the way of the host, its files included. */
  constructor(server: NameServer | undefined) {
    if (server === undefined) return;
    this.#resolver = new Resolver({ timeout: PATIENCE, tries: TRIES });
    this.#resolver.setServers([`${formatHost(server.address)}:${server.port}`]);
  }

  /** The addresses of a name if they were found a moment ago. */
  known(name: string): readonly IpAddress[] | undefined {
    const found = this.#found.get(name);
    return found !== undefined && found.until > performance.now() ? found.addresses : undefined;
  }

  /** Finds the addresses of a name; none if it has none, the server does not answer, or too many are looked up. */
  find(name: string): Promise<readonly IpAddress[]> {
    const running = this.#running.get(name);
    if (running !== undefined) return running;
    if (this.#running.size >= MOST_AT_ONCE) return Promise.resolve([]);
    const asked = this.#ask(name).then((texts) => {
      const addresses = texts
        .slice(0, MOST_ADDRESSES)
        .flatMap((text) => parseAddress(text.replace(/%.*$/, '')) ?? []);
      this.#running.delete(name);
      this.#keep(name, addresses);
      return addresses;
    });
    this.#running.set(name, asked);
    return asked;
  }

  async #ask(name: string): Promise<readonly string[]> {
    if (this.#resolver === undefined) return systemLookUp(name);
    const both = await Promise.allSettled([this.#resolver.resolve4(name), this.#resolver.resolve6(name)]);
    const [four = [], six = []] = both.map((one) => (one.status === 'fulfilled' ? one.value : []));
    return interleaved(four, six);
  }

  #keep(name: string, addresses: readonly IpAddress[]): void {
    this.#found.delete(name);
    if (addresses.length === 0) return;
    this.#found.set(name, { addresses, until: performance.now() + FRESH });
    const [oldest] = this.#found.keys();
    if (this.#found.size > MOST_NAMES && oldest !== undefined) this.#found.delete(oldest);
  }
}

function systemLookUp(name: string): Promise<readonly string[]> {
  return new Promise((resolve) => {
    lookup(name, { all: true, order: 'verbatim' }, (error, found) => {
      const texts = error ? [] : found;
      const of = (family: number): string[] =>
        texts.filter((one) => one.family === family).map(({ address }) => address);
      const first = texts[0]?.family === 6 ? 6 : 4;
      resolve(interleaved(of(first), of(first === 4 ? 6 : 4)));
    });
  });
}

/** Takes turns, so that a family that does not work costs one try. */
function interleaved(first: readonly string[], second: readonly string[]): readonly string[] {
  const length = Math.max(first.length, second.length);
  return Array.from({ length }, (_, index) => [first[index], second[index]])
    .flat()
    .filter((text) => text !== undefined);
}
