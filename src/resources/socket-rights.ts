import { RH } from '../kernel/rights.ts';
import { type GrantedRights, NO_RIGHTS, rightsSet, union } from './rights.ts';

const ACCEPT = { low: 0, high: RH.sockAccept };

/** A listening socket: waits for connections and takes them; each is a connected socket. */
export function listeningRights(): GrantedRights {
  const base = rightsSet(['fd_read', 'fd_stat_put_flags', 'file_stat_fget', 'poll_fd_readwrite']);
  return { base: union(base, ACCEPT), inheriting: connectedRights().base };
}

/** A connected stream socket: receives, sends, shuts down. */
export function connectedRights(): GrantedRights {
  const base = rightsSet([
    'fd_read',
    'fd_stat_put_flags',
    'fd_write',
    'file_stat_fget',
    'poll_fd_readwrite',
    'sock_shutdown',
  ]);
  return { base, inheriting: NO_RIGHTS };
}

/** A datagram socket; one that is not connected has nobody to send to. */
export function datagramRights(connected: boolean): GrantedRights {
  const base = rightsSet([
    'fd_read',
    'fd_stat_put_flags',
    'file_stat_fget',
    'poll_fd_readwrite',
    'sock_shutdown',
  ]);
  return { base: connected ? union(base, rightsSet(['fd_write'])) : base, inheriting: NO_RIGHTS };
}
