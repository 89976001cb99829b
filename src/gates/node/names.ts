import type { LookupAddress, LookupOptions } from 'node:dns';
import { isIP } from 'node:net';
import { promisify } from 'node:util';

/** An error as that of getaddrinfo(3), which programs look at. */
class LookupError extends Error {
  readonly code: string;
  readonly syscall = 'getaddrinfo';
  readonly hostname: string;

  constructor(code: string, hostname: string) {
    super(`getaddrinfo ${code} ${hostname}`);
    this.code = code;
    this.hostname = hostname;
  }
}

type Callback = (error: Error | null, found?: string | LookupAddress[], family?: number) => void;

/**
 * Lets `dns.lookup()`, and all of Node that connects by name, ask the resolver of the program's network by Node's own
 * means: the C library would read its configuration again, which no program can find behind the walls.
 *
 * Precondition: Node has read /etc/resolv.conf, as it does when it starts.
 */
export function lookUpByResolver(): void {
  const dns = process.getBuiltinModule('node:dns');
  const { resolve4, resolve6 } = dns.promises;

  /** All addresses of a host, those of the wanted family only, in the order that Node has by default. */
  const find = async (hostname: string, family: number): Promise<LookupAddress[]> => {
    const literal = isIP(hostname);
    if (literal !== 0) return [{ address: hostname, family: literal }];
    const none = (): string[] => [];
    const [four, six] = await Promise.all([
      family === 6 ? [] : resolve4(hostname).catch(none),
      family === 4 ? [] : resolve6(hostname).catch(none),
    ]);
    const found = [
      ...four.map((address) => ({ address, family: 4 })),
      ...six.map((address) => ({ address, family: 6 })),
    ];
    if (found.length === 0) throw new LookupError('ENOTFOUND', hostname);
    return found;
  };

  const lookup = (hostname: string, given: number | LookupOptions | Callback, last?: Callback): void => {
    const callback = typeof given === 'function' ? given : last;
    if (callback === undefined) throw new TypeError('The "callback" argument must be of type function');
    const { all = false, family } = optionsOf(given);
    find(hostname, family).then(
      (found) => {
        const [first] = found;
        if (all) callback(null, found);
        else callback(null, first?.address, first?.family);
      },
      (error) => callback(error),
    );
  };
  const later = async (
    hostname: string,
    given: number | LookupOptions = {},
  ): Promise<LookupAddress | LookupAddress[] | undefined> => {
    const { all = false, family } = optionsOf(given);
    const found = await find(hostname, family);
    return all ? found : found[0];
  };
  Object.assign(lookup, { [promisify.custom]: later });
  Object.assign(dns, { lookup });
  Object.assign(dns.promises, { lookup: later });
}

function optionsOf(given: number | LookupOptions | Callback): {
  readonly all?: boolean | undefined;
  readonly family: number;
} {
  if (typeof given === 'function') return { family: 0 };
  const { family = 0, all } = typeof given === 'number' ? { family: given } : given;
  return { all, family: family === 'IPv4' ? 4 : family === 'IPv6' ? 6 : family };
}
