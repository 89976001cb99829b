// Route: Starts a worker with arguments, environment and limits of its own, which has not been told of any rule.
// Known from: CVE-2023-30587 and CVE-2025-23083 (Node permission model, workers)
// Refused: EACCES, EPERM, ENOSYS, ERR_WORKER_INIT_FAILED, EAGAIN
// Twin: computes in a thread of Node
// Unconfined: works
import { pbkdf2 } from 'node:crypto';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import { settled } from './attempt.mjs';

export const attempt = ({ base }) =>
  settled((done) => {
    const source = `require('node:fs').readFileSync(${JSON.stringify(`${base}/secret/file`)})`;
    new Worker(source, {
      eval: true,
      env: { A: 'b' },
      execArgv: ['--no-warnings'],
      stdin: true,
      resourceLimits: { maxOldGenerationSizeMb: 64 },
    })
      .on('error', done)
      .on('exit', (code) => done(code === 0 ? undefined : new Error(`The worker ended with ${code}`)));
  });
export const twin = async () => void (await promisify(pbkdf2)('a', 'b', 10, 8, 'sha256'));
