// Route: Sets the times of a file through a descriptor that was opened for reading, by number and by object.
// Known from: CVE-2025-55132 and CVE-2026-48935 (Node permission model), CVE-2025-61785 (Deno)
// Refused: EPERM, EACCES, ENOSYS, ENOTCAPABLE
// Twin: sets the times of a file that may be changed
// Unconfined: works
import fs from 'node:fs';

export const attempt = async ({ readable }) => {
  const file = await readable.open('file');
  try {
    return fs.futimesSync(file.fd, 1, 1);
  } catch {}
  await file.utimes(1, 1);
};
export const twin = ({ work }) => work.utimes('file', 1, 1);
