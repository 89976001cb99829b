import { hostsFiles } from '../plan/linux/base.ts';
import { type LateParts, NO_LATE_PARTS } from '../plan/linux/world-of.ts';
import { kindNow, realOr } from './learned-host.ts';

/**
 * The files by which names of hosts are looked up, in the place of the host's: the program asks a resolver of ours, by
 * which its connections have names. They lie in its own /dev, since nothing is made in directories of the host.
 */
export function namesOfHosts(): LateParts {
  const entries = hostsFiles().flatMap((entry): LateParts['entries'] => {
    if (entry.kind !== 'text' || kindNow(entry.at) !== 'file') return [];
    const from = `/dev/${entry.at.slice('/etc/'.length)}`;
    return [
      { kind: 'text', at: from, content: entry.content },
      { kind: 'cover', at: realOr(entry.at), from },
    ];
  });
  return { ...NO_LATE_PARTS, entries };
}
