// Route: Watches a file outside, which tells when it changes and how large it is.
// Known from: CVE-2023-30582 (Node permission model)
// Refused: absent
// Twin: looks at a granted file
// Unconfined: works
import fs from 'node:fs';
import { setTimeout } from 'node:timers/promises';

export const attempt = async ({ base }) => {
  const path = `${base}/secret/file`;
  let seen = false;
  try {
    fs.watch(path).unref();
    seen = true;
  } catch {}
  // A file that is not there is told of, with a size of 0.
  fs.watchFile(path, { interval: 20 }, ({ size }) => {
    seen ||= size > 0;
  });
  await setTimeout(200);
  fs.unwatchFile(path);
  return seen ? 'ok' : 'absent';
};
export const twin = async ({ readable }) => void (await readable.stat('file'));
