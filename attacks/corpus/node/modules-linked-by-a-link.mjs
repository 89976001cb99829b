// Route: Imports a symbolic link to a file outside as text.
// Known from: CVE-2025-55130 (Node permission model) for links that lead out; archives with links in them
// Grants: { imports: $WORK/file-link }
// Refused: foreign_file
// Twin: the same program without the import
// Unconfined: cannot run: a plain Node imports no texts
export const attempt = ({ imported }) => (typeof imported === 'string' ? 'ok' : 'absent');
export const twin = ({ readable }) => readable.read('file');
