// Route: Changes to another directory, from which relative names would lead elsewhere; opens a relative name.
// Known from: CVE-2024-21626 (runc, a working directory that was left)
// Refused: EACCES, EPERM, ENOSYS
// Twin: joins names
// Unconfined: works
import fs from 'node:fs';
import path from 'node:path';

export const attempt = ({ base }) => {
  try {
    return void fs.readdirSync('.');
  } catch {}
  process.chdir(`${base}/secret`);
};
export const twin = () => (path.join('a', 'b') === 'a/b' ? 'ok' : 'none');
