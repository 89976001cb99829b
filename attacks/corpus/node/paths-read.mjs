// Route: Reads a file outside with the functions of Node, at once, later, as a stream and through an open file.
// Known from: first principles; functions that checks forget, as in CVE-2023-30583 (Node permission model)
// Refused: EACCES, EPERM, ENOSYS
// Twin: reads a granted file
// Unconfined: works
import fs from 'node:fs';
import { settled } from './attempt.mjs';

export const attempt = async ({ base }) => {
  const path = `${base}/secret/file`;
  const ways = [
    () => fs.readFileSync(path),
    () => fs.promises.readFile(path),
    () =>
      settled((done) =>
        fs
          .createReadStream(path)
          .on('error', done)
          .on('data', () => done()),
      ),
    () => fs.promises.open(path),
    () => fs.copyFileSync(path, `${base}/work/copy`),
  ];
  let refusal;
  for (const way of ways) {
    try {
      await way();
      return;
    } catch (error) {
      refusal = error;
    }
  }
  throw refusal;
};
export const twin = ({ readable }) => readable.read('file');
