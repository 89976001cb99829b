// Route: Finds `require` through the main module and the arguments of the process.
// Known from: CVE-2023-30581 (Node policies, process.mainModule)
// Refused: absent, EACCES, EPERM, ENOSYS, MODULE_NOT_FOUND
// Twin: a module of Node by `process.getBuiltinModule`
// Unconfined: cannot run: modules of the other kind have no main module
export const attempt = ({ base }) => {
  const main = process.mainModule;
  const require = (main && Object.getPrototypeOf(main).require) ?? globalThis.require;
  if (require === undefined) return 'absent';
  require.call(main, 'node:fs').readFileSync(`${base}/secret/file`);
};
export const twin = () => void process.getBuiltinModule?.('node:path').join('a', 'b');
