// Route: Opens the terminal of its launcher, to write prompts or to type into it.
// Known from: CVE-2024-32477 and CVE-2023-28446 (Deno) for prompts that programs answer or forge
// Refused: EACCES, EPERM, ENOSYS
// Twin: asks whether its output is a terminal
// Unconfined: cannot run: tests have no terminal
import fs from 'node:fs';
import tty from 'node:tty';

export const attempt = () => {
  try {
    return void new tty.ReadStream(0).setRawMode(true);
  } catch {}
  fs.openSync('/dev/tty', 'w');
};
export const twin = () => void tty.isatty(1);
