import { join } from 'node:path';
import type { Process } from '../../../src/process/process.ts';
import { command, fd, file, type Resource } from '../../../src/resources/constructors.ts';
import { launch } from '../../../src/run/launch.ts';
import { cgroupPlaces } from '../../../src/worlds/cgroup-host.ts';

/** Kinds of program that write journals. */
export const kinds = ['wasm', 'node', 'linux'] as const;
export type Kind = (typeof kinds)[number];

/** In Linux programs, others run beside it: children, and one that has left its session. */
const SCRIPT = `sleep 1000 & setsid sleep 1000 & (sleep 1000 & sleep 1000) & n=0
while n=$((n + 1)); do
  if printf '%099d\\n' $n >> /logs/$0; then echo "$0 $n"; else echo "$0 full"; exit; fi
done 2>/dev/null`;

/** Surroundings of a run before its first lines, beyond its grants. */
export type Journal = { readonly name: string; readonly folder: string; readonly port?: number };

/** Launches a program that writes the journal `folder/name`, and tells what it has written on standard output. */
export function launchJournal(kind: Kind, { name, folder, port }: Journal): Process {
  const output = fd('stdout');
  if (kind !== 'linux') {
    const program = kind === 'wasm' ? 'tests/programs/faults/journal.wasm' : 'tests/frame/faults/journal.ts';
    const log: Resource = file(join(folder, name), { rights: ['append', 'create'] });
    return launch(program, { log, output, name });
  }
  const counted = cgroupPlaces().has('pids');
  return launch(
    '/bin/sh',
    command({
      base: 'system',
      arguments: ['-c', SCRIPT, name],
      directories: new Map([['/logs', file(folder, { rights: ['read', 'write', 'create', 'remove'] })]]),
      stdout: output,
      ...(counted && { limits: { processes: 50 } }),
      ...(port !== undefined && { network: { publish: { [port]: 80 } } }),
    }),
  );
}
