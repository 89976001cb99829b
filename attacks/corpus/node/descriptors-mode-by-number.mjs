// Route: Changes mode and owner of a file through the number of a descriptor that was opened for reading.
// Known from: CVE-2024-36137 and CVE-2026-21716 (Node permission model)
// Refused: EPERM, EACCES, ENOSYS
// Twin: asks for its attributes through that number
// Unconfined: works
import fs from 'node:fs';

export const attempt = async ({ readable }) => {
  const { fd } = await readable.open('file');
  try {
    return fs.fchownSync(fd, 1, 1);
  } catch {}
  fs.fchmodSync(fd, 0o4777);
};
export const twin = async ({ readable }) => void fs.fstatSync((await readable.open('file')).fd);
