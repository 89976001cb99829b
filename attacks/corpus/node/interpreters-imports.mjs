// Route: Imports out of text: a module of Node, a file outside, a module in a data URL that imports.
// Known from: CVE-2021-32619 (Deno, imports of modules that were imported later)
// Refused: EACCES, EPERM, ENOSYS, ERR_MODULE_NOT_FOUND, ERR_VM_DYNAMIC_IMPORT_CALLBACK_MISSING, TypeError, Error
// Twin: evaluates text
// Unconfined: works
const run = (text) => new Function(`return ${text}`)();
export const attempt = async ({ base }) => {
  const path = JSON.stringify(`${base}/secret/file`);
  let refusal;
  for (const text of [
    `import('node:fs').then(({ readFileSync }) => readFileSync(${path}))`,
    `import('data:text/javascript,' + encodeURIComponent('import fs from "node:fs"; fs.readFileSync(' + ${JSON.stringify(path)} + ')'))`,
  ]) {
    try {
      await run(text);
      return;
    } catch (error) {
      refusal = error;
    }
  }
  throw refusal;
};
export const twin = () => (run('1 + 1') === 2 ? 'ok' : 'none');
