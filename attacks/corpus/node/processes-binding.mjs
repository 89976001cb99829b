// Route: Starts a program by the binding beneath child_process, and opens files and sockets by theirs.
// Known from: CVE-2023-32559 and CVE-2023-32558 (Node, process.binding)
// Refused: EACCES, EPERM, ENOSYS
// Twin: a binding that reaches nothing
// Unconfined: works
export const attempt = ({ base }) => {
  const { Process } = process.binding('process_wrap');
  const child = new Process();
  child.onexit = () => undefined;
  // From Node 26 on, the arguments come one by one.
  const started =
    Number.parseInt(process.versions.node, 10) < 26
      ? child.spawn({ file: '/bin/true', args: ['true'], stdio: [] })
      : child.spawn('/bin/true', ['true'], undefined, undefined, [], 0, undefined, undefined);
  if (started === 0) return;
  try {
    if (process.binding('fs').open(`${base}/secret/file`, 0, 0o666) >= 0) return;
  } catch {}
  const { TCP, constants } = process.binding('tcp_wrap');
  const bound = new TCP(constants.SOCKET).bind('127.0.0.1', 0);
  if (bound === 0) return;
  throw Object.assign(new Error('Refused'), {
    code: bound === -1 ? 'EPERM' : bound === -38 ? 'ENOSYS' : 'EACCES',
  });
};
export const twin = () => void process.binding('constants');
