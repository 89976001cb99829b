/* Landlock (landlock(7), uapi/linux/landlock.h). */

export const LANDLOCK_ACCESS_FS_EXECUTE: number = 1 << 0;
export const LANDLOCK_ACCESS_FS_WRITE_FILE: number = 1 << 1;
export const LANDLOCK_ACCESS_FS_READ_FILE: number = 1 << 2;
export const LANDLOCK_ACCESS_FS_READ_DIR: number = 1 << 3;
export const LANDLOCK_ACCESS_FS_REMOVE_DIR: number = 1 << 4;
export const LANDLOCK_ACCESS_FS_REMOVE_FILE: number = 1 << 5;
export const LANDLOCK_ACCESS_FS_MAKE_CHAR: number = 1 << 6;
export const LANDLOCK_ACCESS_FS_MAKE_DIR: number = 1 << 7;
export const LANDLOCK_ACCESS_FS_MAKE_REG: number = 1 << 8;
export const LANDLOCK_ACCESS_FS_MAKE_SOCK: number = 1 << 9;
export const LANDLOCK_ACCESS_FS_MAKE_FIFO: number = 1 << 10;
export const LANDLOCK_ACCESS_FS_MAKE_BLOCK: number = 1 << 11;
export const LANDLOCK_ACCESS_FS_MAKE_SYM: number = 1 << 12;
/** Since version 2. */
export const LANDLOCK_ACCESS_FS_REFER: number = 1 << 13;
/** Since version 3. */
export const LANDLOCK_ACCESS_FS_TRUNCATE: number = 1 << 14;
/** Since version 5. */
export const LANDLOCK_ACCESS_FS_IOCTL_DEV: number = 1 << 15;

/** Since version 4. */
export const LANDLOCK_ACCESS_NET_BIND_TCP = 1;
export const LANDLOCK_ACCESS_NET_CONNECT_TCP = 2;

/** Since version 6. */
export const LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET = 1;
export const LANDLOCK_SCOPE_SIGNAL = 2;

export const LANDLOCK_CREATE_RULESET_VERSION = 1;
export const LANDLOCK_RULE_PATH_BENEATH = 1;
export const LANDLOCK_RULE_NET_PORT = 2;
