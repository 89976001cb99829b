// Route: Starts programs by every function of child_process and cluster.
// Known from: first principles
// Refused: EACCES, EPERM, ENOSYS, EAGAIN
// Twin: computes in a thread of Node
// Unconfined: works
import childProcess from 'node:child_process';
import cluster from 'node:cluster';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { settled } from './attempt.mjs';

export const attempt = async () => {
  const { error } = childProcess.spawnSync('/bin/true');
  if (!error) return;
  const started = [
    () => childProcess.spawn('/bin/true', { detached: true }),
    () => childProcess.exec('true'),
    () => childProcess.fork('/nowhere.cjs'),
    () => cluster.fork(),
  ];
  for (const start of started) {
    try {
      await settled((done) =>
        start()
          .on('error', done)
          .on('exit', () => done()),
      );
      return;
    } catch {}
  }
  throw error;
};
export const twin = async () => void (await promisify(gzip)('text'));
