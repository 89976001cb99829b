import { fstatSync } from 'node:fs';
import { getFlags } from '../../host/files/files.ts';
import { socketKind } from '../../host/sockets/socket-kind.ts';
import { O_ACCMODE, O_PATH, O_RDONLY, O_WRONLY } from '../../linux/open-flags.ts';
import { ServiceError } from '../service-error.ts';
import type { HandedStream } from './limits.ts';

/**
 * Refuses descriptors that are no streams for a program: a directory would widen its reach, and a terminal lets it type for
 * the client. @throws ServiceError `EINVAL`
 */
export function checkStream(stream: HandedStream, descriptor: number): void {
  const flags = getFlags(descriptor);
  const stats = fstatSync(descriptor);
  const mode = flags & O_ACCMODE;
  const wrongWay = stream === 'stdin' ? mode === O_WRONLY : mode === O_RDONLY;
  const kind = stats.isSocket() ? socketKind(descriptor) : undefined;
  const isStream =
    stats.isFile() ||
    stats.isFIFO() ||
    (kind !== undefined && (kind.protocol === 'tcp' || kind.protocol === 'stream') && !kind.listening);
  if ((flags & O_PATH) !== 0 || wrongWay || !isStream)
    throw new ServiceError(
      'EINVAL',
      `'${stream}' expects a file, pipe or connected socket that can be ${stream === 'stdin' ? 'read' : 'written'}`,
    );
}
