// Route: Sends itself the signal on which Node opens a port for a debugger.
// Known from: CVE-2023-30587 (Node permission model, the inspector)
// Refused: SIGUSR1
// Twin: computes
// Unconfined: works
import inspector from 'node:inspector';
import { setTimeout } from 'node:timers/promises';

export const attempt = async () => {
  process.kill(process.pid, 'SIGUSR1');
  for (let round = 0; round < 200; round++) {
    await setTimeout(25);
    if (inspector.url() !== undefined) {
      inspector.close();
      return;
    }
  }
  return 'absent';
};
export const twin = () => (Math.sqrt(4) === 2 ? 'ok' : 'none');
