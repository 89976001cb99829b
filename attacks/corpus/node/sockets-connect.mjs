// Route: Connects to a server of this machine: by net, http, fetch, and a name.
// Known from: CVE-2023-33966 (Deno, node:http)
// Refused: EACCES, EPERM, ENOSYS, EAI_AGAIN, ENOTFOUND
// Twin: makes a request without sending it
// Unconfined: works
import http from 'node:http';
import net from 'node:net';
import { settled } from './attempt.mjs';

export const attempt = async ({ port }) => {
  const ways = [
    () =>
      settled((done) =>
        http
          .get({ port, host: '127.0.0.1' }, () => done())
          .on('error', (e) => done(e.code?.startsWith('HPE') ? undefined : e)),
      ),
    () =>
      fetch(`http://127.0.0.1:${port}/`).catch((e) =>
        e.cause?.code?.startsWith('HPE') ? undefined : Promise.reject(e),
      ),
    () => settled((done) => net.connect(port, 'localhost', () => done()).on('error', done)),
  ];
  for (const way of ways) {
    try {
      await way();
      return;
    } catch {}
  }
  await settled((done) => net.connect(port, '127.0.0.1', () => done()).on('error', done));
};
export const twin = () => void new Request('http://127.0.0.1/');
