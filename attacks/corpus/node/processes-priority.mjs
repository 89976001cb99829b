// Route: Asks for and changes the priority of its launcher.
// Known from: first principles
// Refused: EPERM, EACCES, ENOSYS, ERR_SYSTEM_ERROR
// Twin: asks for the time
// Unconfined: works
import os from 'node:os';

export const attempt = ({ launcher, victim }) => {
  try {
    return void os.getPriority(launcher);
  } catch {}
  os.setPriority(victim, 5);
};
export const twin = () => void process.hrtime.bigint();
