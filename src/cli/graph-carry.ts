import { ChannelEnds } from '../graph/channels/channel-ends.ts';
import { isIdentity } from '../graph/channels/identity.ts';
import { ArrowRelay, noTraffic, tryOnce } from '../graph/relay.ts';
import { UsageError } from './options.ts';
import { printError } from './output.ts';

/** Milliseconds for which a connection waits for its program. */
const PATIENCE = 30_000;

/** Options of `cloudabi graph carry`. */
export type CarryOptions = {
  /** The folder of certificates. */
  readonly certificates?: string;
  /** Each `ADDRESS:PORT=PATH,IDENTITY…`. */
  readonly accept?: readonly string[];
  /** Each `PATH=HOST:PORT,IDENTITY`. */
  readonly reach?: readonly string[];
};

/**
 * Carries connections between ports and UNIX sockets, until a signal comes.
 *
 * @param ways Each `ADDRESS:PORT=PATH`: in plain text.
 * @throws UsageError
 */
export async function carry(ways: readonly string[], options: CarryOptions): Promise<void> {
  const { certificates, accept = [], reach = [] } = options;
  if (accept.length + reach.length > 0 && certificates === undefined)
    throw new UsageError('--accept and --reach need --certificates');
  if (ways.length + accept.length + reach.length === 0)
    throw new UsageError('There is nothing to carry: give a way, --accept or --reach');
  const plain = ways.map((way) => parseServer(way, 'A way'));
  const accepted = accept.map((way) => parseAccept(way));
  const reached = reach.map((way) => parseReach(way));
  const relays = plain.map(({ host, port, path }) => {
    const found = { to: { dial: () => tryOnce(path), traffic: noTraffic() }, head: Buffer.alloc(0) };
    return new ArrowRelay({ host, port }, { target: () => Promise.resolve(found), patience: PATIENCE });
  });
  const ends =
    certificates === undefined
      ? undefined
      : new ChannelEnds(certificates, { patience: PATIENCE, onRefusal: printError });
  for (const one of accepted) ends?.accept(one);
  for (const one of reached) ends?.reach(one);
  await new Promise<void>((stop) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop());
  });
  for (const relay of relays) relay.close();
  ends?.close();
}

type ServerWay = { readonly host: string; readonly port: number; readonly path: string };

/** Reads `ADDRESS:PORT=PATH`. */
function parseServer(way: string, what: string): ServerWay {
  const [, host = '', port = '', path = ''] = /^([^,=]+):(\d{1,5})=(\/[^,]+)$/.exec(way) ?? [];
  if (path === '' || Number(port) > 65535) throw new UsageError(`${what} is ADDRESS:PORT=PATH, not '${way}'`);
  return { host, port: Number(port), path };
}

function parseAccept(way: string): ServerWay & { readonly allowed: readonly string[] } {
  const [first = '', ...allowed] = way.split(',');
  if (allowed.length === 0 || !allowed.every(isIdentity))
    throw new UsageError(`--accept takes ADDRESS:PORT=PATH,IDENTITY, not '${way}'`);
  return { ...parseServer(first, '--accept'), allowed };
}

function parseReach(way: string): ServerWay & { readonly identity: string } {
  const [, path = '', host = '', port = '', identity = ''] =
    /^(\/[^,=]+)=([^,=:]+):(\d{1,5}),([^,]+)$/.exec(way) ?? [];
  if (!isIdentity(identity) || Number(port) > 65535)
    throw new UsageError(`--reach takes PATH=HOST:PORT,IDENTITY, not '${way}'`);
  return { path, host, port: Number(port), identity };
}
