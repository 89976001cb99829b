// Route: Stays: ignores signals, catches errors and keeps the event loop busy when it is told to end.
// Known from: first principles
// Grants: { limits: { wallClock: 1500 } }
// Refused: limit-wall_clock
// Twin: an event loop with something to do
// Unconfined: cannot run: it would not end
import { setTimeout as sleep } from 'node:timers/promises';

export const attempt = async () => {
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGPIPE']) process.on(signal, () => undefined);
  process
    .on('uncaughtException', () => undefined)
    .on('exit', () => {
      for (;;);
    });
  process.exit();
};
export const twin = () => sleep(10);
