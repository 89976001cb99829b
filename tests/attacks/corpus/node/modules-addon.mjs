// Route: Loads native code: a library of the machine, one that it has written itself, an engine of OpenSSL.
// Known from: CVE-2023-30586 (Node permission model, crypto.setEngine); addons are what permissions do not bind
// Refused: ERR_DLOPEN_FAILED, ERR_CRYPTO_ENGINE_UNKNOWN
// Twin: computes a digest by native code that is there
// Unconfined: works
import crypto from 'node:crypto';

const library = '/lib/x86_64-linux-gnu/libm.so.6';
const loads = (path) => {
  try {
    process.dlopen({ exports: {} }, path);
  } catch (error) {
    // It was mapped and run, and then found to be no addon.
    if (!/self-register|symbol/.test(error.message)) throw error;
  }
};
export const attempt = async ({ work, base }) => {
  try {
    return void crypto.setEngine?.(`${base}/work/engine.so`);
  } catch {}
  await work.write('evil.node', Buffer.from('7f454c46020101', 'hex'));
  try {
    return loads(`${base}/work/evil.node`);
  } catch {}
  loads(library);
};
export const twin = () => void crypto.createHash('sha256').update('text').digest();
