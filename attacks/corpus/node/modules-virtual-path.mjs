// Route: Imports a decoy of its own by a path that a linker reads as another one, for Yarn's virtual folders
// Known from: `__virtual__/x/N/` means N folders up to linkers that support Yarn's Plug'n'Play
// Grants: { imports: ./__virtual__/a/99$SECRET/file }
// Refused: foreign_file, link_failed
// Twin: the same program without the import
// Unconfined: cannot run: a plain Node imports no texts
export const attempt = ({ imported }) =>
  typeof imported === 'string' && imported !== 'decoy' ? 'ok' : 'absent';
export const twin = ({ readable }) => readable.read('file');
