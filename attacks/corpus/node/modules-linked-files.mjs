// Route: Imports a file outside as text, which whoever links the program reads with his own rights.
// Known from: CVE-2026-49406 (Deno, entries of packages that lead out); bundlers read what their user may
// Grants: { imports: $SECRET/file }
// Refused: foreign_file
// Twin: the same program without the import
// Unconfined: cannot run: a plain Node imports no texts
export const attempt = ({ imported }) => (typeof imported === 'string' ? 'ok' : 'absent');
export const twin = ({ readable }) => readable.read('file');
