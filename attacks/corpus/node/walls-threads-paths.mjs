// Route: Reads a file, connects and signals from a thread that was started behind the walls, where Node is another one
// Known from: CVE-2023-39332 and CVE-2025-23083 (Node permission model, workers of its own)
// Grants: { threads: true }
// Refused: EPERM, EACCES
// Twin: a thread that computes
// Unconfined: works
import { Worker } from 'node:worker_threads';

/** Runs a thread with this source. Returns its first word: `ok`, or the code of an error. */
const inThread = (source, workerData) =>
  new Promise((resolve, reject) => {
    const text = `const { parentPort, workerData } = require('node:worker_threads');
      (async () => { ${source} })().then(() => parentPort.postMessage('ok'), (error) => parentPort.postMessage(error.code));`;
    new Worker(text, { eval: true, workerData }).once('message', resolve).once('error', reject);
  });

const routes = [
  "require('node:fs').readFileSync(workerData.base + '/secret/file')",
  "await require('node:fs/promises').readFile(workerData.base + '/secret/file')",
  'process.kill(workerData.victim, 0)',
  "await new Promise((resolve, reject) => require('node:net').connect(workerData.port, '127.0.0.1', resolve).once('error', reject))",
];

export const attempt = async ({ base, victim, port }) => {
  const answers = await Promise.all(routes.map((route) => inThread(route, { base, victim, port })));
  const open = answers.find((answer) => answer === 'ok');
  return open ?? answers[0];
};
export const twin = async () => await inThread('if (1 + 1 !== 2) throw new Error()', {});
