// Route: Writes, removes, renames and cuts where only reading was granted.
// Known from: first principles
// Refused: ENOTCAPABLE
// Twin: does so where it was granted
// Unconfined: works
const change = async (directory) => {
  await directory.write('new', 'new');
  await directory.rename('new', 'other');
  await directory.remove('other');
};
export const attempt = async ({ readable }) => {
  for (const way of [
    () => readable.open('file', 'r+'),
    () => readable.remove('file'),
    () => readable.mkdir('made'),
    () => readable.symlink('file', 'made'),
    () => readable.utimes('file', 1, 1),
  ]) {
    try {
      return void (await way());
    } catch {}
  }
  await change(readable);
};
export const twin = ({ work }) => change(work);
