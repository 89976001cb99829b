// Route: Lists the processes of the machine and reads the environment of its launcher.
// Known from: CVE-2024-34346 (Deno)
// Refused: EACCES, EPERM, ENOSYS
// Twin: asks for its own times
// Unconfined: works
import fs from 'node:fs';

export const attempt = ({ launcher }) => {
  try {
    return void fs.readdirSync('/proc');
  } catch {}
  fs.readFileSync(`/proc/${launcher}/environ`);
};
export const twin = () => void process.cpuUsage();
