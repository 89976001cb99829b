import { readFileSync } from 'node:fs';
import { CAP_SETGID, CAP_SETUID } from '../../linux/prctl.ts';
import type { Mistakes } from '../../resources/mistake.ts';
import { type Spelling, spell } from '../../resources/spelling.ts';
import type { UserGrant } from '../../resources/user-grant.ts';
import { quote } from '../../resources/written.ts';
import { heldCapabilities } from '../../walls/capabilities.ts';
import { launcherNow } from '../../worlds/start.ts';
import type { Walls } from '../../worlds/world.ts';
import { type Identity, isPlainName } from './identity.ts';

/** The largest id; the next one means none (setresuid(2)). */
const LARGEST = 2 ** 32 - 2;

/** The list of users (passwd(5)): those of other sources are named by number. */
const LIST = '/etc/passwd';

/** The facts that a user is judged by. */
export type UserContext = {
  readonly walls: Walls;
  readonly spelling: Spelling;
  readonly mistakes: Mistakes;
};

/**
 * Finds the user that root gives a program.
 *
 * @returns `undefined` after a mistake, such as with a launcher that is not root.
 */
export function userOf(
  { text, position }: UserGrant,
  { walls, spelling, mistakes }: UserContext,
): Identity | undefined {
  const key = spell('user', spelling);
  const wrong = (reason: string): undefined => {
    mistakes.add(`'${key}' cannot be ${quote(text)}: ${reason}`, position);
  };
  const { privileged, user } = launcherNow();
  const held = heldCapabilities();
  const may = [CAP_SETUID, CAP_SETGID].every((capability) => ((held >> BigInt(capability)) & 1n) === 1n);
  if (user !== 0 || !privileged || !may)
    return wrong(
      `only root can give a program another user, and this is user ${user}; leave it out, or start as root`,
    );
  if (walls === 'landlock') return wrong('it needs namespaces, in which the program has files of its own');
  const [, name = '', group] = /^([^:]+)(?::(\d{1,10}))?$/.exec(text) ?? [];
  const isNumber = /^\d{1,10}$/.test(name);
  if (!isNumber && !isPlainName(name)) return wrong('a user is NAME, UID or UID:GID');
  const known = entries().find((entry) => (isNumber ? entry.uid === Number(name) : entry.name === name));
  if (known === undefined && !isNumber)
    return wrong(`${LIST} has no such user; write its number and that of its group, as in 1000:1000`);
  const uid = known?.uid ?? Number(name);
  const gid = group === undefined ? known?.gid : Number(group);
  if (gid === undefined)
    return wrong(`${LIST} has no such user; write the number of its group, too, as in ${name}:${name}`);
  if (uid > LARGEST || gid > LARGEST) return wrong(`an id is a number up to ${LARGEST}`);
  if (uid === 0) return wrong('that is root; leave it out');
  return {
    uid,
    gid,
    name: known !== undefined && isPlainName(known.name) ? known.name : 'user',
    home: known?.home ?? '/',
  };
}

/**
 * Finds the user that the program of another user than root takes itself for (user_namespaces(7)).
 *
 * @returns `undefined` after a mistake.
 */
export function shownUserOf(
  { text, position }: UserGrant,
  { walls, spelling, mistakes }: UserContext,
): Identity | undefined {
  const wrong = (reason: string): undefined => {
    mistakes.add(`'${spell('show_user', spelling)}' cannot be ${quote(text)}: ${reason}`, position);
  };
  if (launcherNow().privileged)
    return wrong(`root gives a program another user: use '${spell('user', spelling)}'`);
  if (walls === 'landlock') return wrong('it needs a user namespace, which the program does not have then');
  const [, uid, gid = uid] = /^(\d{1,10})(?::(\d{1,10}))?$/.exec(text) ?? [];
  if (uid === undefined) return wrong('a user that is shown is UID or UID:GID, as numbers');
  const shown = { uid: Number(uid), gid: Number(gid), name: 'user', home: '/' };
  if (shown.uid > LARGEST || shown.gid > LARGEST) return wrong(`an id is a number up to ${LARGEST}`);
  if (shown.uid === 0) return wrong('programs take root for a user with all powers, which it has not');
  return shown;
}

function entries(): readonly Identity[] {
  let text: string;
  try {
    text = readFileSync(LIST, 'utf8');
  } catch {
    return [];
  }
  return text.split('\n').flatMap((line): Identity[] => {
    const [name = '', , uid = '', gid = '', , home = ''] = line.split(':');
    if (!/^\d{1,10}$/.test(uid) || !/^\d{1,10}$/.test(gid)) return [];
    return [{ name, uid: Number(uid), gid: Number(gid), home: home.startsWith('/') ? home : '/' }];
  });
}
