import { ArrowRelay, noTraffic } from '../graph/relay.ts';
import { UsageError } from './options.ts';

/** Milliseconds for which a connection waits for its program. */
const PATIENCE = 30_000;

/**
 * Carries connections from addresses to UNIX sockets, until a signal comes.
 *
 * @param ways Each `ADDRESS:PORT=PATH`.
 */
export async function carry(ways: readonly string[]): Promise<void> {
  const relays = ways.map((way) => {
    const [, address = '', port = '', path = ''] = /^(.+):(\d{1,5})=(\/.+)$/.exec(way) ?? [];
    if (path === '') throw new UsageError(`A way is ADDRESS:PORT=PATH, not '${way}'`);
    const to = { path, traffic: noTraffic() };
    const target = (): Promise<{ to: typeof to; head: Buffer }> =>
      Promise.resolve({ to, head: Buffer.alloc(0) });
    return new ArrowRelay({ host: address, port: Number(port) }, { target, patience: PATIENCE });
  });
  await new Promise<void>((stop) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop());
  });
  for (const relay of relays) relay.close();
}
