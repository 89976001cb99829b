// Route: Loads native code: an addon of the machine, one that it has written itself, an engine of OpenSSL.
// Known from: CVE-2023-30586 (Node permission model, crypto.setEngine); permissions do not bind addons
// Refused: ENOTCAPABLE
// Twin: computes a digest by native code that is there
// Unconfined: works
import crypto from 'node:crypto';

export const attempt = async ({ work, base, addon }) => {
  await work.write('evil.node', Buffer.from('7f454c46020101', 'hex'));
  try {
    return process.dlopen({ exports: {} }, `${base}/work/evil.node`);
  } catch {}
  try {
    return process.dlopen({ exports: {} }, addon);
  } catch {}
  try {
    crypto.setEngine(`${base}/work/evil.node`);
    return 'engine';
  } catch {}
  process.dlopen({ exports: {} }, addon);
};
export const twin = () => void crypto.createHash('sha256').update('text').digest();
