import {
  chmodSync,
  copyFileSync,
  fstatSync,
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
    // The directory may lie on a volume that another container changes meanwhile, and this thread still sees the host's
    // files: each step is a descriptor that was opened without following links.
    const copy = (source: number, target: string): void => {
      for (const name of readdirSync(`/proc/self/fd/${source}`)) {
        if (left-- === 0) throw new Error(`${path} in the container has more than ${MOST_COPIED} files`);
        const [one, other] = [`/proc/self/fd/${source}/${name}`, `${target}/${name}`];
        if (lstatSync(one, { throwIfNoEntry: false })?.isSymbolicLink()) {
          copyLink(one, other);
          continue;
        }
        const held = tryOpenIn(source, name, { strict: true });
        // It has gone, or has become a link.
        if (held < 0) continue;
        withOpen(held, () => {
          const attributes = fstatSync(held);
          if (attributes.isDirectory()) {
            mkdirSync(other);
            copy(held, other);
          } else if (attributes.isFile()) copyFileSync(`/proc/self/fd/${held}`, other);
          else return;
          lchownSync(other, attributes.uid, attributes.gid);
          chmodSync(other, attributes.mode & 0o7777);
        });
      }
    };
    copy(from, `/proc/self/fd/${into}`);
  });
}

/** Copies a symbolic link, which is read and not followed. */
function copyLink(one: string, other: string): void {
  let target: string;
  try {
    target = readlinkSync(one);
  } catch {
    return;
  }
  const { uid, gid } = lstatSync(one, { throwIfNoEntry: false }) ?? { uid: 0, gid: 0 };
  symlinkSync(target, other);
  lchownSync(other, uid, gid);
}
