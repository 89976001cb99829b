// Route: Makes a file, a temporary directory and a directory outside.
// Known from: CVE-2023-32003 (Node permission model), CVE-2024-27931 (Deno)
// Refused: EACCES, EPERM, ENOSYS
// Twin: makes a directory where that was granted
// Unconfined: works
import fs from 'node:fs';

export const attempt = ({ base }) => {
  try {
    return fs.mkdtempSync(`${base}/secret/made-`);
  } catch {}
  try {
    return fs.mkdirSync(`${base}/secret/made`, { recursive: true });
  } catch {}
  fs.writeFileSync(`${base}/secret/made`, 'made');
};
export const twin = ({ work }) => work.mkdir('made');
