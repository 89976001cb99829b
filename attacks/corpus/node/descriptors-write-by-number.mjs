// Route: Writes to a file through the number of a descriptor that was opened for reading.
// Known from: CVE-2024-36137 (Node permission model) for changes through descriptors opened for reading
// Refused: EBADF, EPERM
// Twin: writes through the number of one opened for writing
// Unconfined: cannot run: the host refuses it, too
import fs from 'node:fs';

export const attempt = async ({ readable }) => void fs.writeSync((await readable.open('file')).fd, 'changed');
export const twin = async ({ work }) => void fs.writeSync((await work.open('file', 'r+')).fd, 'changed');
