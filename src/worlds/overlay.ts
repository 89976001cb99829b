import type { CallList, Pointer, Slot } from '../host/processes/call-list.ts';
import {
  FSCONFIG_CMD_CREATE,
  FSCONFIG_SET_FLAG,
  FSCONFIG_SET_STRING,
  FSMOUNT_CLOEXEC,
  FSOPEN_CLOEXEC,
} from '../linux/mounts.ts';
import { AT_FDCWD, O_CLOEXEC, O_DIRECTORY, O_NOFOLLOW, O_PATH } from '../linux/open-flags.ts';
import { compareObject, type HostObject } from './objects.ts';
import type { World } from './world.ts';

/*
 * Steps that mount an overlay: a directory of the host that is read, an upper directory that takes what is changed, and a
 * work directory beside that (Documentation/filesystems/overlayfs.rst of Linux).
 */

/** The mechanism of the host that an overlay needs, for messages. */
export const OVERLAY = 'overlays';

/** The directories of an overlay on the host. */
export type OverlayLayers = {
  readonly lower: HostObject;
  readonly upper: HostObject;
  readonly work: HostObject;
};

/** The order in which a mount names them. */
const layerNames = ['lower', 'upper', 'work'] as const;

/** Numbers above all that a new process inherits; it opens only a few others, and the clock has three. */
const OWN = 72;

/** The first of the numbers that the layers have while they are mounted. */
export function overlayNumbers(inherited: readonly number[]): number {
  return Math.max(...inherited) + OWN;
}

/** Tells whether a world has any overlays. */
export function hasOverlays({ entries }: Pick<World, 'entries'>): boolean {
  return entries.some(({ kind }) => kind === 'overlay');
}

/** Places and attributes of the mount of an overlay. */
export type OverlayMount = {
  readonly attributes: number;
  /** The slot of the mount, and one that is free meanwhile. */
  readonly into: Slot;
  readonly scratch: Slot;
  /** For `compareObject`. */
  readonly room: Pointer;
  /** Three numbers from here on are free. */
  readonly numbers: number;
};

/**
 * Adds the steps that mount an overlay, which is nowhere then. The layers are named by descriptors that were compared
 * with what the launcher holds, so that no link can lead elsewhere, and the program does not find their paths in
 * its table of mounts. Markers are in the namespace `user` of extended attributes, for which no privileges are
 * needed (Linux 5.11).
 *
 * Precondition: /proc of the host is there.
 */
export function addOverlay(list: CallList, words: string, layers: OverlayLayers, mount: OverlayMount): void {
  const { into, scratch, room, numbers, attributes } = mount;
  const needs = { needs: OVERLAY };
  const flags = O_PATH | O_CLOEXEC | O_DIRECTORY | O_NOFOLLOW;
  for (const [index, name] of layerNames.entries()) {
    const layer = layers[name];
    list.call(words, 'openat', [AT_FDCWD, list.text(layer.path), flags, 0], { result: into });
    compareObject(list, words, into, layer, room);
    // Its number must be known now, for the text by which the mount finds it.
    list.call(words, 'dup3', [into, numbers + index, O_CLOEXEC]);
    list.call(words, 'close', [into]);
  }
  list.call(words, 'fsopen', [list.text('overlay'), FSOPEN_CLOEXEC], { ...needs, result: scratch });
  const set = (key: string, value: string): void => {
    const args = [scratch, FSCONFIG_SET_STRING, list.text(key), list.text(value), 0];
    list.call(words, 'fsconfig', args, needs);
  };
  for (const [index, name] of layerNames.entries()) set(`${name}dir`, `/proc/self/fd/${numbers + index}`);
  set('index', 'off');
  list.call(words, 'fsconfig', [scratch, FSCONFIG_SET_FLAG, list.text('userxattr'), 0, 0], needs);
  list.call(words, 'fsconfig', [scratch, FSCONFIG_CMD_CREATE, 0, 0, 0], needs);
  list.call(words, 'fsmount', [scratch, FSMOUNT_CLOEXEC, attributes], { ...needs, result: into });
  list.call(words, 'close', [scratch]);
  list.call(words, 'close_range', [numbers, numbers + layerNames.length - 1, 0]);
}
