// Route: Listens at a port, at a path and at an abstract name, for others to come.
// Known from: CVE-2026-21711 and CVE-2026-48936 (Node permission model, servers at UNIX sockets)
// Refused: EACCES, EPERM, ENOSYS
// Twin: makes a server that does not listen
// Unconfined: works
import net from 'node:net';
import { settled } from './attempt.mjs';

const listens = (...where) =>
  settled((done) => {
    const server = net.createServer().on('error', done);
    server.listen(...where, () => server.close(() => done()));
  });
export const attempt = async ({ base }) => {
  for (const where of [[`${base}/work/socket`], ['\0abstract-of-an-attempt']]) {
    try {
      return void (await listens(...where));
    } catch {}
  }
  await listens(0, '127.0.0.1');
};
export const twin = () => void net.createServer();
