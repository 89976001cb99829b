// Route: Loads modules through the internals of `require`, and a file outside as a module.
// Known from: CVE-2023-32002 and CVE-2023-32006 (Node policies)
// Refused: EACCES, EPERM, ENOSYS, MODULE_NOT_FOUND
// Twin: loads a module of Node that computes
// Unconfined: works
import Module, { createRequire } from 'node:module';

export const attempt = ({ base }) => {
  try {
    const { error } = Module._load('node:child_process').spawnSync('/bin/true');
    if (!error) return;
  } catch {}
  try {
    Module._extensions['.js']({ _compile: () => undefined }, `${base}/secret/file`);
    return;
  } catch {}
  try {
    createRequire(`${base}/secret/`)('./file');
  } catch (error) {
    // It was read, and is no program.
    if (!(error instanceof SyntaxError)) throw error;
  }
};
export const twin = () => void Module._load('node:zlib').gzipSync('text');
