/** Directories of programs where the environment names none (execvp(3), as other runtimes have it). */
const USUAL_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * Lists the paths at which a program may be, as execvp(3) tries them.
 *
 * @param environment Variables as `NAME=value`.
 */
export function programPaths(name: string, environment: readonly string[]): readonly string[] {
  if (name.includes('/')) return [name];
  const variable = environment.findLast((each) => each.startsWith('PATH='));
  const path = variable?.slice('PATH='.length) || USUAL_PATH;
  return path.split(':').map((directory) => `${directory || '.'}/${name}`);
}
