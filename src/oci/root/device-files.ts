import { close } from '../../host/files/files.ts';
import { addressOf } from '../../host/libc.ts';
import { syscall } from '../../host/syscall.ts';
import { check } from '../../host/system-error.ts';
import { LinuxErrno } from '../../linux/errno.ts';
import { AT_SYMLINK_NOFOLLOW } from '../../linux/open-flags.ts';
import { callNumberOf } from '../../linux/system-calls.ts';
import { type DeviceNode, usualDevices } from '../config/device-node.ts';
import { isDirectory, openPlace, tryOpenIn, withOpen } from './sealed-root.ts';

/** Links in /dev that every container has, and where they lead (OCI runtime specification, "Dev symbolic links"). */
const links: readonly (readonly [name: string, target: string])[] = [
  ['fd', '/proc/self/fd'],
  ['stdin', '/proc/self/fd/0'],
  ['stdout', '/proc/self/fd/1'],
  ['stderr', '/proc/self/fd/2'],
  ['ptmx', 'pts/ptmx'],
];

/**
 * Makes the devices and links in /dev. An image without a /dev of its own file system gets none: a device on a disk would
 * stay there.
 *
 * @throws SystemError
 */
export function addDevices(root: number, devices: readonly DeviceNode[]): void {
  const dev = tryOpenIn(root, '/dev', { strict: true });
  if (dev < 0) return;
  const outside = withOpen(tryOpenIn(root, '/'), (top) => deviceOf(top) === deviceOf(dev));
  try {
    if (outside || !isDirectory(dev)) return;
    const all = new Map([...usualDevices, ...devices].map((device) => [device.path, device] as const));
    for (const device of all.values()) addDevice(root, device);
    for (const [name, target] of links) {
      const [at, to] = [Buffer.from(`${name}\0`), Buffer.from(`${target}\0`)];
      const result = syscall(callNumberOf('symlinkat'), addressOf(to), dev, addressOf(at));
      if (result !== -LinuxErrno.EEXIST) check(result, 'symlinkat', `/dev/${name}`);
    }
  } finally {
    close(dev);
  }
}

function addDevice(root: number, { path, mode, major, minor, user, group }: DeviceNode): void {
  const slash = path.lastIndexOf('/');
  withOpen(openPlace(root, path.slice(0, slash), 'directory', true), (parent) => {
    const name = Buffer.from(`${path.slice(slash + 1)}\0`);
    const at = addressOf(name);
    const made = syscall(callNumberOf('mknodat'), parent, at, mode, deviceNumber(major, minor));
    if (made === -LinuxErrno.EEXIST) return;
    check(made, 'mknodat', path);
    // The mask of new files has taken bits.
    check(syscall(callNumberOf('fchmodat'), parent, at, mode & 0o777), 'fchmodat', path);
    const owned = syscall(callNumberOf('fchownat'), parent, at, user, group, AT_SYMLINK_NOFOLLOW);
    check(owned, 'fchownat', path);
  });
}

/** A device number as mknod(2) takes it (gnu_dev_makedev(3), its lower half). */
function deviceNumber(major: number, minor: number): number {
  return (minor & 0xff) | ((major & 0xfff) << 8) | (((minor & ~0xff) << 12) >>> 0);
}

function deviceOf(descriptor: number): bigint {
  const room = Buffer.alloc(144);
  check(syscall(callNumberOf('fstat'), descriptor, addressOf(room)), 'fstat');
  return room.readBigUInt64LE(0);
}
