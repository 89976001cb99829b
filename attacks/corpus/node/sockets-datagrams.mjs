// Route: Sends a datagram, and asks a name server, which carries data out in names.
// Known from: CVE-2023-33966 (Deno, node:http) for unchecked interfaces to networks
// Refused: EACCES, EPERM, ENOSYS, ECONNREFUSED, EAI_AGAIN
// Twin: tells whether a text is an address
// Unconfined: works
import dgram from 'node:dgram';
import dns from 'node:dns';
import net from 'node:net';
import { settled } from './attempt.mjs';

export const attempt = async ({ port }) => {
  try {
    return void (await dns.promises.lookup('localhost'));
  } catch {}
  await settled((done) => {
    const socket = dgram.createSocket('udp4').on('error', done);
    socket.send('x', port, '127.0.0.1', (error) => done(error));
  });
};
export const twin = () => (net.isIP('127.0.0.1') === 4 ? 'ok' : 'none');
