// Route: Opens its descriptors anew through their magic links, for writing and with dots behind a directory.
// Known from: CVE-2024-21626 (runc)
// Refused: EACCES, EPERM, ENOSYS
// Twin: opens a file through the directory
// Unconfined: works
import fs from 'node:fs';

export const attempt = async ({ readable, base }) => {
  const { fd } = await readable.open('file');
  try {
    return void fs.openSync(`/proc/self/fd/${fd}`, 'r+');
  } catch {}
  fs.readFileSync(`/proc/self/cwd/../../../../../../../${base}/secret/file`);
};
export const twin = async ({ readable }) => void (await readable.open('file'));
