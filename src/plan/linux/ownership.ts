import type { Stats } from 'node:fs';
import { S_IROTH, S_IWOTH, S_IXOTH } from '../../linux/stat.ts';

/** The owner of files whose users do not exist in this user namespace (user_namespaces(7)). */
const OVERFLOW_USER = 65534;

/** User ids below are those of the system and its services (login.defs(5), SYS_UID_MAX). */
const FIRST_PERSON = 1000;

/** Says whether only root, and its group, can change a file or directory. */
export function isOfRoot({ uid, mode }: Stats): boolean {
  return (uid === 0 || isOfNobodyHere(uid)) && (mode & S_IWOTH) === 0;
}

/** Says whether only root and services of the system can change a file or directory. */
export function isOfSystem({ uid, mode }: Stats): boolean {
  return (uid < FIRST_PERSON || isOfNobodyHere(uid)) && (mode & S_IWOTH) === 0;
}

/** Says whether every user can read a file, or list a directory and open its files. */
export function isForEverybody(stats: Stats): boolean {
  const wanted = S_IROTH | (stats.isDirectory() ? S_IXOTH : 0);
  return (stats.mode & wanted) === wanted;
}

/** In a user namespace, root outside of it has no number of its own. */
function isOfNobodyHere(uid: number): boolean {
  return uid === OVERFLOW_USER && process.getuid?.() !== OVERFLOW_USER;
}
