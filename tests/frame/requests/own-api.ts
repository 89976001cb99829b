// A server of the test's own that speaks TLS as "localhost", and that programs' networks trust.
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { Authority } from '../../../src/requests/authority.ts';
import { makeFolder } from '../programs.ts';

/** The secret that its grant has. */
export const SECRET = 'the-secret-of-the-test';

/** Starts one. Returns its port, the requests that it has seen, and a file with the secret. */
export async function ownApi(
  t: TestContext,
): Promise<{ readonly port: number; readonly seen: string[]; readonly secret: string }> {
  const authority = await Authority.make(['localhost']);
  const { key, certificate: cert } = await authority.hostFor('localhost');
  const seen: string[] = [];
  const server = createServer({ key, cert }, ({ headers, method, url }, outgoing) => {
    seen.push(`${method} ${url} ${headers.authorization}`);
    outgoing.end('served');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const folder = makeFolder(t);
  const trusted = process.env['NODE_EXTRA_CA_CERTS'];
  process.env['NODE_EXTRA_CA_CERTS'] = join(folder, 'authority.pem');
  writeFileSync(join(folder, 'authority.pem'), authority.certificate);
  t.after(() => {
    if (trusted === undefined) delete process.env['NODE_EXTRA_CA_CERTS'];
    else process.env['NODE_EXTRA_CA_CERTS'] = trusted;
  });
  const secret = join(folder, 'secret');
  writeFileSync(secret, SECRET);
  return { port, seen, secret };
}
