/**
 * Tells whether a path is that of a directory or lies beneath it, by their names alone. Precondition: both are absolute,
 * without `.`, `..` and doubled slashes; the directory may end with a slash, and an empty name stands for the root.
 */
export function isBeneath(path: string, directory: string): boolean {
  return path === directory || path.startsWith(directory.endsWith('/') ? directory : `${directory}/`);
}
