// HTTP/3, which is QUIC over UDP: curl's library reaches the granted name alone. `npm run real` installs it.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { Authority } from '../../src/requests/authority.ts';
import { ownResolver } from '../frame/broker/own-resolver.ts';
import { makeFolder } from '../frame/programs.ts';
import { assertRefused, lacks, slow, type TestUser, testAsUsers } from '../frame/real/run-as.ts';

const NAME = 'quic.example.org';
const OTHER = 'other.example.org';

/** A server of HTTP/3 with aioquic, which says on which port of UDP it waits. */
const SERVER = `
import asyncio, sys
from aioquic.asyncio import QuicConnectionProtocol, serve
from aioquic.h3.connection import H3_ALPN, H3Connection
from aioquic.h3.events import HeadersReceived
from aioquic.quic.configuration import QuicConfiguration
from aioquic.quic.events import ProtocolNegotiated

class Http3(QuicConnectionProtocol):
    http = None
    def quic_event_received(self, event):
        if isinstance(event, ProtocolNegotiated):
            self.http = H3Connection(self._quic)
        for found in self.http.handle_event(event) if self.http else ():
            if isinstance(found, HeadersReceived):
                path = dict(found.headers)[b':path']
                self.http.send_headers(found.stream_id, [(b':status', b'200')])
                self.http.send_data(found.stream_id, b'over quic ' + path, True)
                self.transmit()

async def main():
    configuration = QuicConfiguration(is_client=False, alpn_protocols=H3_ALPN)
    configuration.load_cert_chain(sys.argv[1], sys.argv[2])
    server = await serve('127.0.0.1', 0, configuration=configuration, create_protocol=Http3)
    print(server._transport.get_extra_info('sockname')[1], flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
`;

const CLIENT = `
import sys, curl_cffi
from curl_cffi import CurlHttpVersion, requests
try:
    answer = requests.get(sys.argv[1], http_version=CurlHttpVersion.V3ONLY, verify=sys.argv[2], timeout=20)
    print(answer.http_version, answer.text)
except curl_cffi.exceptions.RequestException as error:
    print('failed')
`;

/** Installs packages of Python into a folder; false without network. */
function install(folder: string, ...packages: readonly string[]): boolean {
  const made = spawnSync('/usr/bin/python3', ['-m', 'venv', '--system-site-packages', folder]);
  const words = ['-m', 'pip', 'install', '-q', '--retries', '0', '--timeout', '20', ...packages];
  return made.status === 0 && spawnSync(join(folder, 'bin/python'), words).status === 0;
}

async function serveQuic(t: TestContext, python: string, user: TestUser): Promise<number> {
  const folder = makeFolder(t);
  const authority = await Authority.make([NAME, OTHER]);
  const { key, certificate } = await authority.hostFor(NAME);
  writeFileSync(join(folder, 'chain.pem'), certificate);
  writeFileSync(join(folder, 'key.pem'), key);
  user.write('authority.pem', authority.certificate);
  const server = spawn(python, ['-c', SERVER, join(folder, 'chain.pem'), join(folder, 'key.pem')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => server.kill());
  const [line] = await once(server.stdout, 'data');
  return Number(line);
}

testAsUsers('curl speaks HTTP/3 with the granted name alone', slow || lacks('python3'), async (t, user) => {
  const venv = join(user.folder, 'venv');
  if (!install(venv, 'aioquic', 'curl_cffi')) return t.skip('no packages of Python can be had here');
  const python = join(venv, 'bin/python');
  const port = await serveQuic(t, python, user);
  const { at } = await ownResolver(t, { [NAME]: [['127.0.0.1']], [OTHER]: [['127.0.0.1']] });
  const grants = ['--net', `${NAME}:${port}/udp`, '--net', `127.0.0.1:${port}/udp`, '--net-resolver', at];
  const fetch = (name: string): ReturnType<TestUser['exec']> =>
    user.exec([
      ...['--read', '.', ...grants],
      ...['--', python, '-c', CLIENT, `https://${name}:${port}/x`, 'authority.pem'],
    ]);
  const good = await fetch(NAME);
  // CURL_HTTP_VERSION_3 is 30.
  assert.equal(good.stdout, '30 over quic /x\n', good.stderr);
  assert.equal(good.stderr, '');
  const bad = await fetch(OTHER);
  assert.equal(bad.stdout, 'failed\n');
  assertRefused(bad, `${OTHER}:443`);
});
