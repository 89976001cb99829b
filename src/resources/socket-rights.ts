import { RECEIVABLE } from '../kernel/receivable.ts';
import { NO_RIGHTS, RH, type RightsSet } from '../kernel/rights.ts';
import { type GrantedRights, rightsSet, union } from './rights.ts';

const ACCEPT = { low: 0, high: RH.sockAccept };

/*
 * `unix` tells whether it is a UNIX socket: descriptors can be received through those, and through no other.
 */

/** A listening socket: waits for connections and takes them; each is a connected socket. */
export function listeningRights(unix: boolean): GrantedRights {
  const base = rightsSet(['fd_read', 'fd_stat_put_flags', 'file_stat_fget', 'poll_fd_readwrite']);
  return { base: union(base, ACCEPT), inheriting: union(connectedRights(unix).base, passedOn(unix)) };
}

/** A connected stream socket: receives, sends, shuts down. */
export function connectedRights(unix: boolean): GrantedRights {
  const base = rightsSet([
    'fd_read',
    'fd_stat_put_flags',
    'fd_write',
    'file_stat_fget',
    'poll_fd_readwrite',
    'sock_shutdown',
  ]);
  return { base, inheriting: passedOn(unix) };
}

/** A datagram socket; one that is not connected has no peer to send to. */
export function datagramRights(connected: boolean, unix: boolean): GrantedRights {
  const base = rightsSet([
    'fd_read',
    'fd_stat_put_flags',
    'file_stat_fget',
    'poll_fd_readwrite',
    'sock_shutdown',
  ]);
  return { base: connected ? union(base, rightsSet(['fd_write'])) : base, inheriting: passedOn(unix) };
}

function passedOn(unix: boolean): RightsSet {
  return unix ? RECEIVABLE : NO_RIGHTS;
}
