/**
 * The services that a program asks without knowing: its C library looks users, groups, hosts and network services up, and sends
 * messages to the log.
 */
export const LIBRARY_SERVICES = ['pwd', 'grp', 'dns', 'netdb', 'syslog', 'sysctl'] as const;

/** A name of `LIBRARY_SERVICES`. */
export type LibraryService = (typeof LIBRARY_SERVICES)[number];
