// Route: Cuts and overwrites a file that may only grow, by its number.
// Known from: first principles; chattr +a for those who may not change it
// Refused: EPERM, EACCES, ENOSYS, EINVAL
// Twin: adds a line
// Unconfined: works
import fs from 'node:fs';

export const attempt = ({ journal }) => {
  // It goes to the end, whatever the place.
  fs.writeSync(journal.fd, 'in the place of', 0);
  fs.ftruncateSync(journal.fd, 0);
};
export const twin = async ({ journal }) => void (await journal.write('a line\n'));
