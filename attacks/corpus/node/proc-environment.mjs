// Route: Reads the environment of its own process out of /proc, and files of devices.
// Known from: CVE-2024-34346 (Deno)
// Refused: EACCES, EPERM, ENOSYS
// Twin: reads its own id
// Unconfined: works
import fs from 'node:fs';

export const attempt = () => {
  try {
    return void fs.openSync('/dev/null', 'r');
  } catch {}
  fs.readFileSync('/proc/self/environ');
};
export const twin = () => (process.pid > 0 ? 'ok' : 'none');
