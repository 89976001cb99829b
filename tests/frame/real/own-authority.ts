// A server of TLS with a certificate of the test's own, under names that only the test's resolver knows.
import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:https';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { Authority } from '../../../src/requests/authority.ts';
import { ownResolver } from '../broker/own-resolver.ts';
import type { TestUser } from './run-as.ts';

/** A server of HTTPS on the loopback interface. */
export type SecureServer = {
  readonly port: number;
  /** Options that lead the name of the server to it, without a rule for the name. */
  readonly lead: readonly string[];
  /** A file in the user's folder with the certificate of its authority. */
  readonly bundle: string;
};

/**
 * Starts a server.
 *
 * @param names The names that it serves; further names lead to it, too, with the same certificate.
 */
export async function serveSecurely(
  t: TestContext,
  { folder, write }: TestUser,
  names: readonly [string, ...string[]],
  onRequest: RequestListener,
): Promise<SecureServer> {
  const authority = await Authority.make(names);
  const contexts = new Map(
    await Promise.all(names.map(async (name) => [name, (await authority.hostFor(name)).context] as const)),
  );
  const { key, certificate: cert } = await authority.hostFor(names[0]);
  const server = createServer(
    { key, cert, SNICallback: (name, done) => done(null, contexts.get(name)) },
    onRequest,
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const { at } = await ownResolver(t, Object.fromEntries(names.map((name) => [name, [['127.0.0.1']]])));
  write('authority.pem', authority.certificate);
  return {
    port,
    lead: ['--net', `127.0.0.1:${port}`, '--net-resolver', at],
    bundle: join(folder, 'authority.pem'),
  };
}
