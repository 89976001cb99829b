import { type HostObject, pathText } from './objects.ts';
import type { WorldEntry } from './world.ts';

/** Names an entry in messages. */
export function entryWords(entry: WorldEntry, object: HostObject | undefined): string {
  switch (entry.kind) {
    case 'mount':
      return `mount ${object === undefined ? `descriptor ${entry.descriptor}` : pathText(object)} at ${entry.at}`;
    case 'overlay':
      return `mount an overlay at ${entry.at}`;
    case 'encrypted':
      return `mount an encrypted directory at ${entry.at}`;
    case 'symlink':
      return `make the symbolic link ${entry.at} to ${entry.target}`;
    case 'directory':
      return `make the directory ${entry.at}`;
    case 'tmpfs':
      return `mount a directory in memory at ${entry.at}`;
    case 'text':
      return `write ${entry.at}`;
    case 'cover':
      return `cover ${entry.at} with ${entry.from}`;
    case 'device':
      return `mount the device ${entry.device} at ${entry.at}`;
    case 'console':
      return `mount its terminal at ${entry.at}`;
    case 'terminals':
      return `mount terminals at ${entry.at}`;
    case 'pin':
      return `hold ${entry.at} in its place`;
    case 'proc':
      return `mount processes at ${entry.at}`;
    case 'cgroup':
      return `make the directory ${entry.at}`;
  }
}
