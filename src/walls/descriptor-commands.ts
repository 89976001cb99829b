import {
  F_ADD_SEALS,
  F_GET_SEALS,
  F_GETFD,
  F_GETFL,
  F_GETLK,
  F_GETPIPE_SZ,
  F_OFD_GETLK,
  F_OFD_SETLK,
  F_OFD_SETLKW,
  F_SETFD,
  F_SETFL,
  F_SETLK,
  F_SETLKW,
} from '../linux/fcntl.ts';
import { FIOCLEX, FIONBIO, FIONCLEX, FIONREAD } from '../linux/ioctl.ts';
import { TCGETS, TCSETS, TCSETSF, TCSETSW, TIOCGWINSZ } from '../linux/terminals.ts';

/**
 * The fcntl commands that a limited descriptor may keep, by name: descriptor and status flags, locks, the size of a pipe,
 * seals. None makes a signal go anywhere.
 */
export const fcntlCommands = {
  F_GETFD,
  F_SETFD,
  F_GETFL,
  F_SETFL,
  F_GETLK,
  F_SETLK,
  F_SETLKW,
  F_OFD_GETLK,
  F_OFD_SETLK,
  F_OFD_SETLKW,
  F_GETPIPE_SZ,
  F_ADD_SEALS,
  F_GET_SEALS,
} as const;

/** The name of an fcntl command that a descriptor may keep. */
export type FcntlName = keyof typeof fcntlCommands;

/** The ioctl requests that a limited descriptor may keep, by name. None pushes input into a terminal. */
export const ioctlRequests = {
  TCGETS,
  TCSETS,
  TCSETSW,
  TCSETSF,
  TIOCGWINSZ,
  FIONREAD,
  FIONBIO,
  FIOCLEX,
  FIONCLEX,
} as const;

/** The name of an ioctl request that a descriptor may keep. */
export type IoctlName = keyof typeof ioctlRequests;

/** Well-known commands and requests that no descriptor keeps in capability mode, and the reasons. */
export const lostCommands: Readonly<Record<string, string>> = {
  F_DUPFD: 'it makes a number for the same file that is not limited',
  F_DUPFD_CLOEXEC: 'it makes a number for the same file that is not limited',
  F_SETOWN: 'it has signals sent to any process',
  F_SETOWN_EX: 'it has signals sent to any process',
  F_SETSIG: 'it chooses the signal that is sent',
  F_SETLEASE: 'it makes other processes wait and has signals sent',
  F_NOTIFY: 'it has signals sent',
  F_SETPIPE_SZ: 'it takes memory of the user',
  FIOASYNC: 'it has signals sent',
  FIOSETOWN: 'it has signals sent to any process',
  SIOCSPGRP: 'it has signals sent to any process',
  TIOCSTI: 'it puts input into the terminal, as if a person had typed it',
  TIOCLINUX: 'it puts input into a console',
  TIOCSCTTY: 'it takes the terminal from its session',
  TIOCSPGRP: 'it decides which processes the terminal interrupts',
  TIOCSWINSZ: 'it has signals sent to the processes of the terminal',
  TIOCCONS: 'it diverts the output of the console',
  TIOCSETD: 'it has the kernel load a line discipline',
};
