import { readFileSync } from 'node:fs';

/** The state of a socket that listens, in proc_pid_net(5). */
const LISTENS = '0A';

/** Tells whether a process of the host listens at a port of TCP, on the loopback or everywhere. */
export function hostListensAt(port: number): boolean {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return ['tcp', 'tcp6'].some((table) =>
    linesOf(`/proc/self/net/${table}`).some((line) => {
      const [, local, , state] = line.trim().split(/\s+/);
      return state === LISTENS && local?.endsWith(suffix);
    }),
  );
}

function linesOf(path: string): readonly string[] {
  try {
    return readFileSync(path, 'latin1').split('\n');
  } catch {
    return [];
  }
}
