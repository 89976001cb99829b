// Route: Asks for real paths and for whether files exist, which tells names that were not granted.
// Known from: CVE-2026-21715 (Node permission model)
// Refused: EACCES, EPERM, ENOSYS
// Twin: asks whether a granted file exists
// Unconfined: works
import fs from 'node:fs';

export const attempt = ({ base }) => {
  for (const ask of [fs.realpathSync, fs.readlinkSync, fs.accessSync]) {
    try {
      return void ask(`${base}/a-link`);
    } catch {}
  }
  if (fs.existsSync(`${base}/secret/file`)) return;
  fs.realpathSync.native(`${base}/secret/file`);
};
export const twin = async ({ readable }) => void (await readable.stat('file'));
