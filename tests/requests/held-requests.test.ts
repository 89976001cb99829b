import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { connect, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { connect as connectTls, rootCertificates } from 'node:tls';
import { makeSocketPair } from '../../src/host/files/new-descriptors.ts';
import { entryPoint } from '../../src/plan/entry-points.ts';
import { Authority } from '../../src/requests/authority.ts';
import { placeholderFor } from '../../src/requests/credential.ts';
import type { RefusedRequest } from '../../src/requests/held-origin.ts';
import { HeldRequests } from '../../src/requests/held-requests.ts';
import { linksOf } from '../frame/programs.ts';

const NAME = 'api.example.org';
const secret = 'sk-test-4fJ83kLmQz0pWx7Yb2Vd9NcR';

test('a process of its own holds requests, and has nothing but its sockets', async (context) => {
  const theirs = await Authority.make([NAME]);
  const { key, certificate: cert } = await theirs.hostFor(NAME);
  const server = createServer({ key, cert }, (incoming, outgoing) =>
    outgoing.end(`${incoming.headers.authorization} ${incoming.url}`),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  const placeholder = placeholderFor(secret);
  let tell: (refused: RefusedRequest) => void = () => undefined;
  const refused = new Promise<RefusedRequest>((resolve) => {
    tell = resolve;
  });
  const requests = new HeldRequests({
    script: `${entryPoint('request-process')}.js`,
    begin: {
      grants: [
        {
          rule: { methods: ['GET'] },
          credential: { secret, placeholder, placement: { kind: 'bearer' } },
          upstream: 'tls',
        },
      ],
      names: [NAME],
      // More than a channel holds.
      trust: [...rootCertificates, theirs.certificate],
    },
    dial: async ({ name, port }) => {
      assert.deepEqual([name, port], [NAME, 443]);
      const socket = connect({ port: address.port, host: '127.0.0.1' });
      await once(socket, 'connect');
      return socket;
    },
    onRefused: (request) => tell(request),
    onLost: () => assert.fail('the process has ended'),
  });
  context.after(() => {
    requests.end();
    server.close();
    server.closeAllConnections();
  });
  const { certificate } = requests;
  const ask = async (method: string): Promise<string> => {
    const [ours, its] = makeSocketPair();
    requests.serve(
      { grant: 0, name: NAME, port: 443 },
      new Socket({ fd: its, readable: true, writable: true, pauseOnCreate: true } as object),
      () => undefined,
    );
    const client = connectTls({ socket: new Socket({ fd: ours }), servername: NAME, ca: certificate });
    client.write(`${method} /x HTTP/1.1\r\nHost: ${NAME}\r\nConnection: close\r\n\r\n`);
    return text(client);
  };
  assert.match(await ask('GET'), new RegExp(`Bearer ${placeholder} /x$`));
  assert.match(await ask('DELETE'), /^HTTP\/1.1 403[\s\S]*the grant allows GET, not DELETE/);
  assert.equal((await refused).method, 'DELETE');
  const { pid } = requests;
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  assert.match(status, /^Seccomp:\s+2$/m);
  // The standard streams, the pipe, its channel, sockets, and the directories that Node reads numbers of the machine from.
  const open = linksOf(pid ?? 0);
  assert.deepEqual(
    open.filter(
      (name) =>
        !/^(?:socket|pipe|anon_inode):|^\/dev\/(?:null|pts\/)|^\/memfd:|^\/proc\/\d+(?:\/stat)?$|^\/(?:proc\/sys\/vm|sys\/devices\/system\/cpu)$/.test(
          name,
        ),
    ),
    [],
  );
});
