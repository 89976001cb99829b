// Route: Truncates and overwrites an append-only file, by its number.
// Known from: first principles; chattr +a for unprivileged users
// Refused: EPERM, EACCES, ENOSYS, EINVAL
// Twin: adds a line
// Unconfined: works
import fs from 'node:fs';

export const attempt = ({ journal }) => {
  // The bytes go to the end for every offset.
  fs.writeSync(journal.fd, 'in the place of', 0);
  fs.ftruncateSync(journal.fd, 0);
};
export const twin = async ({ journal }) => void (await journal.write('a line\n'));
