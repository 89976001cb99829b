// Route: Makes a link that is harmless deep down and moves it up; links and moves files from one grant into another.
// Known from: CVE-2025-55130 (Node permission model), CVE-2017-1002101 (Kubernetes)
// Refused: ENOTCAPABLE
// Twin: reads the link before it is moved
// Unconfined: works
const make = async (work, name) => {
  await work.mkdir(`${name}/deep/secret`, { recursive: true });
  await work.write(`${name}/secret-here`, 'here');
  await work.symlink('../../secret/file', `${name}/deep/up`);
};
export const attempt = async ({ work, readable }) => {
  try {
    return void (await readable.link('file', 'mine', work));
  } catch {}
  await make(work, 'low');
  await work.rename('low/deep', 'deep');
  await work.read('deep/up');
};
export const twin = async ({ work }) => {
  await work.mkdir('high/deep', { recursive: true });
  await work.symlink('../../file', 'high/deep/up');
  await work.read('high/deep/up');
};
