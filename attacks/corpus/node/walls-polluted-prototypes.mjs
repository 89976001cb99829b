// Route: Fills prototypes that our own code reads from with rights, paths and options, then leaves a directory.
// Known from: CVE-2025-64718 (js-yaml) and CVE-2019-10744 (lodash) for the way there
// Refused: ENOTCAPABLE, EACCES
// Twin: reads a granted file on polluted prototypes
// Unconfined: cannot run: the target is our own code
const pollute = () => {
  for (const name of [
    'rights',
    'base',
    'inheriting',
    'low',
    'high',
    'flags',
    'host',
    'mode',
    'directory',
    'type',
  ]) {
    Object.defineProperty(Object.prototype, name, { value: -1, configurable: true, writable: true });
  }
  Array.prototype.includes = () => true;
  Set.prototype.has = () => true;
  Map.prototype.has = () => true;
};
export const attempt = async ({ readable }) => {
  pollute();
  await readable.write('file', 'changed').catch(() => undefined);
  await readable.read('../secret/file');
};
export const twin = async ({ readable }) => {
  pollute();
  await readable.read('file');
};
