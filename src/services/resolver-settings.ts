import { readSmallFile } from '../host/files/small-file.ts';
import { type IpAddress, LOOPBACK_ADDRESSES, parseAddress } from '../network/address.ts';
import { DNS_PORT } from '../network/dns/message.ts';
import { parseName } from '../network/name.ts';

/** The settings of the host's resolver (resolv.conf(5)). */
export type ResolverSettings = {
  readonly servers: readonly { readonly address: IpAddress; readonly port: number }[];
  /** Names that are put behind a name with few dots. */
  readonly search: readonly string[];
  /** From so many dots on, a name is looked up as it is first. */
  readonly dots: number;
  /** Milliseconds for which one server is waited for. */
  readonly timeout: number;
  readonly attempts: number;
};

const MOST_BYTES = 65536;
const MOST_SERVERS = 3;
const MOST_SEARCHED = 6;

/** Reads the settings of this host; those of a host without the file when it is missing. */
export function resolverSettings(): ResolverSettings {
  let text = '';
  try {
    text = readSmallFile('/etc/resolv.conf', MOST_BYTES).toString('latin1');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
  return readResolverSettings(text);
}

/** Reads the text of resolv.conf(5). */
export function readResolverSettings(text: string): ResolverSettings {
  const lines = text
    .split('\n')
    .map((line) =>
      line
        .replace(/[#;].*/, '')
        .trim()
        .split(/\s+/),
    )
    .map(([key, ...values]) => ({ key, values }));
  const servers = lines.flatMap(({ key, values: [value = ''] }) => {
    // A zone names an interface, which a connected socket has anyway.
    const address = key === 'nameserver' ? parseAddress(value.replace(/%.*/, '')) : undefined;
    return address === undefined ? [] : [{ address, port: DNS_PORT }];
  });
  const searched = lines.findLast(({ key }) => key === 'search' || key === 'domain')?.values ?? [];
  const options = lines.filter(({ key }) => key === 'options').flatMap(({ values }) => values);
  const option = (name: string, otherwise: number, most: number): number => {
    const found = options.findLast((each) => each.startsWith(`${name}:`))?.slice(name.length + 1);
    return found !== undefined && /^\d{1,3}$/.test(found) ? Math.min(Number(found), most) : otherwise;
  };
  return {
    servers:
      servers.length === 0
        ? [{ address: LOOPBACK_ADDRESSES[0], port: DNS_PORT }]
        : servers.slice(0, MOST_SERVERS),
    search: searched
      .flatMap((name) => {
        const parsed = parseName(name);
        return 'name' in parsed ? [parsed.name] : [];
      })
      .slice(0, MOST_SEARCHED),
    dots: option('ndots', 1, 15),
    timeout: Math.max(option('timeout', 5, 30), 1) * 1000,
    attempts: Math.max(option('attempts', 2, 5), 1),
  };
}
