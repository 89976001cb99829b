// Route: Makes a world of WASI with the root of the machine in it.
// Known from: node:wasi, whose page says that it keeps nothing in
// Refused: EACCES, EPERM, ENOSYS, UVWASI_EPERM, UVWASI_EACCES
// Twin: compiles WebAssembly
// Unconfined: works
import { WASI } from 'node:wasi';

export const attempt = ({ base }) =>
  void new WASI({ version: 'preview1', preopens: { '/': `${base}/secret` } });
export const twin = () => (WebAssembly.validate(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)) ? 'ok' : 'none');
