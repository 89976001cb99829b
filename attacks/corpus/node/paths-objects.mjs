// Route: Leaves a granted directory by the names that its own object is given: dots, absolute, with a NUL.
// Known from: CVE-2023-30584 (Node permission model, dots in paths)
// Refused: ENOTCAPABLE
// Twin: names with dots that stay inside
// Unconfined: works
export const attempt = async ({ readable, base }) => {
  for (const path of [
    `${base}/secret/file`,
    'file/../../secret/file',
    './../secret/./file',
    'file\0/../../secret/file',
  ]) {
    try {
      return void (await readable.read(path));
    } catch {}
  }
  await readable.read('../secret/file');
};
export const twin = async ({ work }) => {
  await work.mkdir('deep');
  await work.read('deep/../file');
};
