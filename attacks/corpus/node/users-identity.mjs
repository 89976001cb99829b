// Route: Becomes another user but keeps the rights of the threads of an io_uring; asks for groups.
// Known from: CVE-2024-22017 (Node and libuv, setuid with io_uring)
// Refused: EPERM, EACCES, ENOSYS
// Twin: knows its own user
// Unconfined: works for root
export const attempt = () => {
  try {
    return void process.setgroups([]);
  } catch {}
  process.setuid(65534);
};
export const twin = () => (process.getuid() >= 0 ? 'ok' : 'none');
