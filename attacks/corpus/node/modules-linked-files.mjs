// Route: Imports a file outside as text, which the linker would read with the rights of its user.
// Known from: CVE-2026-49406 (Deno, entries of packages that lead out); bundlers read with all rights of their user
// Grants: { imports: $SECRET/file }
// Refused: foreign_file
// Twin: the same program without the import
// Unconfined: cannot run: a plain Node imports no texts
export const attempt = ({ imported }) => (typeof imported === 'string' ? 'ok' : 'absent');
export const twin = ({ readable }) => readable.read('file');
