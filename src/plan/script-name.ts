/** Names of files in TypeScript and JavaScript. */
const SCRIPT = /\.([cm]?[jt]s|[jt]sx)$/;

/** Whether a program is in TypeScript or JavaScript, which its name alone says. */
export function isScript(path: string): boolean {
  return SCRIPT.test(path);
}
