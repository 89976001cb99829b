import {
  chmodSync,
  copyFileSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  symlinkSync,
} from 'node:fs';
import { LinuxErrno } from '../../linux/errno.ts';
import { O_DIRECTORY, O_RDONLY } from '../../linux/open-flags.ts';
import { tryOpenIn, withOpen } from './sealed-root.ts';

/** The most files that a file system in memory begins with. */
const MOST_COPIED = 65536;

/**
 * Copies the content of a directory of the container's root into a file system in memory that is going to cover it:
 * directories, regular files and symbolic links, with owner and mode.
 *
 * @param into A descriptor of the new file system.
 * @throws Error of Node
 */
export function copyInto(root: number, path: string, into: number): void {
  const from = tryOpenIn(root, path, { flags: O_RDONLY | O_DIRECTORY });
  if (from === -LinuxErrno.ENOENT || from === -LinuxErrno.ENOTDIR) return;
  if (from < 0) throw new Error(`Cannot read ${path} in the container`);
  withOpen(from, () => {
    let left = MOST_COPIED;
    const copy = (source: string, target: string): void => {
      for (const name of readdirSync(source)) {
        if (left-- === 0) throw new Error(`${path} in the container has more than ${MOST_COPIED} files`);
        const [one, other] = [`${source}/${name}`, `${target}/${name}`];
        const attributes = lstatSync(one);
        if (attributes.isSymbolicLink()) symlinkSync(readlinkSync(one), other);
        else if (attributes.isDirectory()) {
          mkdirSync(other);
          copy(one, other);
        } else if (attributes.isFile()) copyFileSync(one, other);
        else continue;
        lchownSync(other, attributes.uid, attributes.gid);
        if (!attributes.isSymbolicLink()) chmodSync(other, attributes.mode & 0o7777);
      }
    };
    // Nothing of the container runs yet: the tree does not change meanwhile, and no link in it is followed.
    copy(`/proc/self/fd/${from}`, `/proc/self/fd/${into}`);
  });
}
