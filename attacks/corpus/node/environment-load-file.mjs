// Route: Has Node read a file outside as variables of the environment.
// Known from: CVE-2026-49983 (Deno, whose process.loadEnvFile asked for one permission of two)
// Refused: ENOENT, EACCES, EPERM, ENOSYS
// Twin: parses such text itself
// Unconfined: works
import util from 'node:util';

export const attempt = ({ base }) => process.loadEnvFile(`${base}/secret/file`);
export const twin = () => (util.parseEnv('A=b').A === 'b' ? 'ok' : 'none');
