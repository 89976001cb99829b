// Route: Makes links that lead out, relative, absolute and through a chain, and reads and writes through them.
// Known from: CVE-2025-55130 (Node permission model), CVE-2024-38358 (Wasmer)
// Refused: ENOTCAPABLE
// Twin: follows a link that stays inside
// Unconfined: works
export const attempt = async ({ work, base }) => {
  await work.symlink('../secret', 'first');
  await work.symlink('first', 'second');
  await work.symlink(`${base}/secret/file`, 'absolute').catch(() => undefined);
  for (const path of ['absolute', 'second/../secret/file', 'first/folder/../file']) {
    try {
      return void (await work.read(path));
    } catch {}
  }
  await work.write('second/new', 'new').catch(() => undefined);
  await work.read('second/file');
};
export const twin = async ({ work }) => {
  await work.symlink('file', 'inside');
  await work.read('inside');
};
