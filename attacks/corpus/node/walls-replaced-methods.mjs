// Route: Replaces methods of typed arrays and functions that our own code calls, to learn and to change descriptors.
// Known from: CVE-2024-21896 (Node permission model) for patched methods
// Refused: ENOTCAPABLE, EACCES, EPERM, EBADF, TypeError, RangeError
// Twin: reads a granted file before
// Unconfined: cannot run: the target is our own code
let read = false;
export const attempt = async ({ readable, work }) => {
  await readable.read('file');
  read = true;
  const tables = new Set();
  const load = Atomics.load;
  Atomics.load = (array, index) => {
    tables.add(array);
    return load(array, index);
  };
  const views = Object.getPrototypeOf(Int32Array.prototype);
  for (const method of ['get', 'set', 'fill', 'subarray', 'at']) {
    const original = views[method];
    if (typeof original !== 'function') continue;
    views[method] = function (...args) {
      tables.add(this);
      return original.apply(this, args);
    };
  }
  const bytes = DataView.prototype.setInt32;
  DataView.prototype.setInt32 = function (...args) {
    tables.add(this);
    return bytes.apply(this, args);
  };
  await readable.stat('file').catch(() => undefined);
  await work.stat('file').catch(() => undefined);
  // Writes all rights over every number that was seen, where that changes nothing but numbers.
  for (const table of tables) {
    if (ArrayBuffer.isView(table) && typeof table.fill === 'function' && table.length < 4096) {
      const copy = table.slice();
      table.fill(-1);
      await readable.write('file', 'changed').catch(() => undefined);
      await readable.read('../secret/file').catch(() => undefined);
      table.set(copy);
    }
  }
  await readable.write('file', 'changed');
};
export const twin = () => (read ? 'ok' : 'unread');
