// Route: Becomes another user and keeps what threads of an io_uring were allowed; asks for groups.
// Known from: CVE-2024-22017 (Node and libuv, setuid with io_uring)
// Refused: EPERM, EACCES, ENOSYS
// Twin: knows who it is
// Unconfined: works for root
export const attempt = () => {
  try {
    return void process.setgroups([]);
  } catch {}
  process.setuid(65534);
};
export const twin = () => (process.getuid() >= 0 ? 'ok' : 'none');
