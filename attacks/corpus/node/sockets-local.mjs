// Route: Connects to UNIX sockets of others, by path and by abstract name.
// Known from: CVE-2026-21636 (Node permission model)
// Refused: EACCES, EPERM, ENOSYS
// Twin: a stream of its own carries data
// Unconfined: works
import net from 'node:net';
import { PassThrough } from 'node:stream';
import { settled } from './attempt.mjs';

const connects = (path) => settled((done) => net.connect(path, () => done()).on('error', done));
export const attempt = async ({ streams, abstract }) => {
  try {
    return void (await connects(`\0${abstract}`));
  } catch {}
  await connects(streams);
};
export const twin = () => settled((done) => new PassThrough().on('data', () => done()).write('x'));
