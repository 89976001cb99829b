import { closeSync, fstatSync, openSync } from 'node:fs';
import { getFlags } from '../host/files/files.ts';
import { errnoMeaning } from '../linux/errno.ts';
import { O_ACCMODE, O_PATH } from '../linux/open-flags.ts';
import type { DeviceName } from './world.ts';
import { WorldError } from './world-error.ts';

/*
 * Devices that programs share with the whole host. A root user owns them, also as a program without capabilities: its
 * mounts and descriptors of them must not let their attributes be changed.
 */

/** Major and minor numbers of the devices that programs may share (admin-guide/devices.txt). */
const devices: Readonly<Record<DeviceName, readonly [major: number, minor: number]>> = {
  null: [1, 3],
  zero: [1, 5],
  full: [1, 7],
  random: [1, 8],
  urandom: [1, 9],
  tty: [5, 0],
};

const names = Object.keys(devices) as DeviceName[];

function numberOf(name: DeviceName): number {
  const [major, minor] = devices[name];
  return major * 256 + minor;
}

/**
 * Opens a device of the host's (O_PATH) and makes sure that it is the one.
 *
 * @returns A host descriptor, which the caller closes.
 * @throws WorldError
 */
export function openDevice(name: DeviceName): number {
  const path = `/dev/${name}`;
  const descriptor = tryToOpen(path);
  if (fstatSync(descriptor).rdev === numberOf(name)) return descriptor;
  closeSync(descriptor);
  throw new WorldError(`${path} of this host is not the device of that name`);
}

function tryToOpen(path: string): number {
  try {
    return openSync(path, O_PATH);
  } catch (error) {
    if (!(error instanceof Error && 'errno' in error && typeof error.errno === 'number')) throw error;
    throw new WorldError(`Cannot open ${path}: ${errnoMeaning(-error.errno)}`);
  }
}

/** A shared device, and how a descriptor of it is open: an access mode of open(2). */
export type SharedDevice = { readonly name: DeviceName; readonly mode: number };

/**
 * Finds out whether an open descriptor is of a shared device that this user owns, whose mode and owner a program that
 * gets the descriptor could change for the whole host.
 */
export function ownedDevice(descriptor: number): SharedDevice | undefined {
  const stats = fstatSync(descriptor);
  if (!stats.isCharacterDevice() || stats.uid !== process.geteuid?.()) return undefined;
  // /dev/tty is the terminal of the process that opens it: opened again it would be another.
  const name = names.find((each) => each !== 'tty' && numberOf(each) === stats.rdev);
  if (name === undefined) return undefined;
  return { name, mode: getFlags(descriptor) & O_ACCMODE };
}
