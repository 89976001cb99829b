import { posix } from 'node:path';
import { S_IRWXG, S_IRWXO, S_ISVTX } from '../../../linux/stat.ts';
import { look } from '../../../resources/file-kind.ts';
import { quote } from '../../../resources/written.ts';

const WRITE = 0o222;

/**
 * Says why another user could put something else in the place of a file; `undefined` if none but root and this user can. The file
 * and all directories above it count.
 *
 * @param path Absolute, without symbolic links.
 */
export function trustProblem(path: string): string | undefined {
  for (let here = path; ; here = posix.dirname(here)) {
    const stats = look(here);
    if (typeof stats !== 'object') return `${quote(here)} cannot be looked at`;
    if (stats.uid !== 0 && stats.uid !== process.geteuid?.())
      return `${quote(here)} belongs to user ${stats.uid}`;
    // In a sticky directory, such as /tmp, users replace no files of others (inode(7)).
    const sticky = stats.isDirectory() && (stats.mode & S_ISVTX) !== 0;
    if (!sticky && (stats.mode & WRITE & (S_IRWXG | S_IRWXO)) !== 0)
      return `others may write to ${quote(here)} (mode ${(stats.mode & 0o7777).toString(8)})`;
    if (here === '/') return undefined;
  }
}
