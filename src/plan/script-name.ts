/** Names of files in TypeScript and JavaScript. */
const SCRIPT = /\.([cm]?[jt]s|[jt]sx)$/;

/** Tells by its name whether a program is in TypeScript or JavaScript. */
export function isNamedAsScript(path: string): boolean {
  return SCRIPT.test(path);
}
