// Route: Sends signal 0 to its launcher, to all processes and to its group, to learn whether they are there.
// Known from: first principles
// Refused: EPERM, EACCES, ENOSYS
// Twin: asks itself
// Unconfined: works
export const attempt = ({ launcher, victim }) => {
  for (const pid of [launcher, -1, 0]) {
    try {
      return void process.kill(pid, 0);
    } catch {}
  }
  process.kill(victim, 0);
};
export const twin = () => void process.kill(process.pid, 0);
