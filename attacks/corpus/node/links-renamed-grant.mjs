// Route: Opens a directory, moves it within the granted one, and climbs from it with dots.
// Known from: openat2(2) on RESOLVE_BENEATH and `..`
// Refused: ENOTCAPABLE
// Twin: reads in the directory that was moved
// Unconfined: works
const moved = async (work, name) => {
  await work.mkdir(`${name}/inner`, { recursive: true });
  await work.write(`${name}/inner/file`, 'inside');
  const inner = await work.directory(`${name}/inner`);
  await work.rename(`${name}/inner`, `${name}-inner`);
  return inner;
};
export const attempt = async ({ work }) => void (await (await moved(work, 'one')).read('../../secret/file'));
export const twin = async ({ work }) => void (await (await moved(work, 'two')).read('file'));
