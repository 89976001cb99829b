import { userInfo } from 'node:os';

/** The user that a program finds itself to be. */
export type Identity = {
  readonly uid: number;
  readonly gid: number;
  readonly name: string;
  /** Its home as the list of users has it; absolute. */
  readonly home: string;
};

/** The user of the launcher, with a home that the program can have. */
export function ownIdentity(home: string | undefined): Identity {
  const uid = process.getuid?.() ?? 0;
  const fallback = uid === 0 ? '/root' : '/';
  return { uid, gid: process.getgid?.() ?? 0, name: ownName(), home: home ?? fallback };
}

function ownName(): string {
  try {
    const { username } = userInfo();
    if (isPlainName(username)) return username;
  } catch {
    // The list of users does not have this one.
  }
  return 'user';
}

/** Tells whether a name of a user can stand in a list of users. */
export function isPlainName(name: string): boolean {
  return /^[a-z_][a-z0-9_-]*$/i.test(name);
}
