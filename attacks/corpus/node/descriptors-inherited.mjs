// Route: Looks at every descriptor of its process for a file or directory that was not granted.
// Known from: CVE-2024-21626 (runc)
// Refused: absent
// Twin: the granted ones are there
// Unconfined: cannot run: a process inherits only descriptors that its parent left open, which may be none
import fs from 'node:fs';

const kinds = () => {
  const found = [];
  for (let fd = 0; fd < 1024; fd++) {
    try {
      const stats = fs.fstatSync(fd);
      // The runtime keeps a file without a size, from which it knows how much memory it uses.
      if (stats.isFile() && stats.size > 0) found.push('file');
      else if (stats.isDirectory()) found.push('directory');
    } catch {}
  }
  return found.sort().join('-');
};
// The journal and two directories.
export const attempt = () => (kinds() === 'directory-directory-file' ? 'absent' : `found-${kinds()}`);
export const twin = ({ journal }) => void fs.fstatSync(journal.fd);
