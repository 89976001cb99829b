// Route: Opens the memory of its own process for writing, to change code that checks.
// Known from: CVE-2024-34346 (Deno)
// Refused: EACCES, EPERM, ENOSYS
// Twin: changes memory of its own
// Unconfined: works
import fs from 'node:fs';

export const attempt = () => {
  try {
    return void fs.readFileSync('/proc/self/maps');
  } catch {}
  fs.openSync('/proc/self/mem', 'r+');
};
export const twin = () => void Buffer.alloc(16).fill(1);
