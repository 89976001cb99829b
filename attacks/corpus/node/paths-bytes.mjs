// Route: Gives a path as a Buffer, a Uint8Array and a URL, with dots that stay in place.
// Known from: CVE-2023-32004 and CVE-2023-39332 (Node permission model)
// Refused: EACCES, EPERM, ENOSYS
// Twin: reads a granted file
// Unconfined: works
import fs from 'node:fs';
import { pathToFileURL } from 'node:url';

export const attempt = ({ base }) => {
  const path = `${base}/work/../secret/file`;
  for (const form of [new TextEncoder().encode(path), pathToFileURL(path)]) {
    try {
      return void fs.readFileSync(form);
    } catch {}
  }
  fs.readFileSync(Buffer.from(path));
};
export const twin = ({ readable }) => readable.read('./file');
