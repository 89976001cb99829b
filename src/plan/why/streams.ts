import { fstatSync } from 'node:fs';
import { getFlags } from '../../host/files/files.ts';
import { realPathOf } from '../../host/files/host-path.ts';
import { O_ACCMODE, O_WRONLY } from '../../linux/open-flags.ts';
import { FdResource } from '../../resources/fd.ts';
import { FileResource } from '../../resources/file.ts';
import type { Grant } from '../plan-types.ts';
import type { PathAccess } from './use.ts';

/** The access that a descriptor was opened for, and the path of its file or device. */
type Stream = { readonly path: string; readonly reads: boolean; readonly writes: boolean };

/** The file that stands for a stream that was not granted. */
const NOTHING: Stream = { path: '/dev/null', reads: true, writes: true };

/**
 * Finds a descriptor whose file is at a path of the host and may be opened there again: without namespaces, Landlock has a
 * rule for each (worlds/streams.ts).
 */
export function streamAt(grants: readonly Grant[], kind: PathAccess, path: string): Grant | undefined {
  return grants.find((grant) => {
    const stream = streamOf(grant);
    if (stream?.path !== path) return false;
    return (kind === 'read' && stream.reads) || (kind === 'write' && stream.writes);
  });
}

function streamOf({ resource }: Grant): Stream | undefined {
  if (resource === undefined) return NOTHING;
  if (resource instanceof FileResource) {
    const { presets } = resource.rights;
    return {
      path: realOf(resource.absolute),
      reads: presets.includes('read'),
      writes: presets.includes('write'),
    };
  }
  if (!(resource instanceof FdResource)) return undefined;
  const stats = fstatSync(resource.number);
  if (!stats.isFile() && !stats.isCharacterDevice() && !stats.isBlockDevice()) return undefined;
  const flags = getFlags(resource.number);
  return {
    path: realOf(`/proc/self/fd/${resource.number}`),
    reads: (flags & O_WRONLY) === 0,
    writes: (flags & O_ACCMODE) !== 0,
  };
}

function realOf(path: string): string {
  try {
    return realPathOf(path);
  } catch {
    return path;
  }
}
