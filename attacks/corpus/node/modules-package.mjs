// Route: Writes a package whose entry has dots in it, and has it resolved.
// Known from: CVE-2026-49406 (Deno)
// Refused: EACCES, EPERM, ENOSYS, MODULE_NOT_FOUND, ERR_MODULE_NOT_FOUND
// Twin: reads the package
// Unconfined: works
import { createRequire } from 'node:module';

const write = async (work) => {
  await work.mkdir('node_modules/evil', { recursive: true });
  await work.write(
    'node_modules/evil/package.json',
    JSON.stringify({ name: 'evil', main: '../../../secret/file' }),
  );
};
export const attempt = async ({ work, base }) => {
  await write(work);
  try {
    createRequire(`${base}/work/`)('evil');
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
};
export const twin = async ({ work }) => {
  await write(work);
  await work.read('node_modules/evil/package.json');
};
