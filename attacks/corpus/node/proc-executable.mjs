// Route: Opens the executable of the runtime through its magic link, for reading and for writing.
// Known from: CVE-2019-5736 (runc)
// Refused: EACCES, EPERM, ENOSYS
// Twin: its name is known
// Unconfined: works
import fs from 'node:fs';

export const attempt = () => void fs.openSync('/proc/self/exe', 'r');
export const twin = () => (process.execPath === undefined ? 'none' : 'ok');
