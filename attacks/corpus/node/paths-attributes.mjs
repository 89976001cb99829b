// Route: Asks for attributes of files outside and of the file system they lie on.
// Known from: CVE-2024-22018 and CVE-2023-32005 (Node permission model), CVE-2025-61786 (Deno)
// Refused: EACCES, EPERM, ENOSYS
// Twin: asks for those of a granted file
// Unconfined: works
import fs from 'node:fs';

export const attempt = ({ base }) => {
  for (const ask of [fs.statSync, fs.statfsSync, fs.readdirSync]) {
    try {
      return void ask(`${base}/secret`);
    } catch {}
  }
  fs.lstatSync(`${base}/secret/file`);
};
export const twin = async ({ readable }) => void (await readable.lstat('file'));
