import type { NamespaceType } from './config/configuration.ts';
import { OciError } from './oci-error.ts';

/** Settings that a namespace of IPC has of its own (ipc_namespaces(7)). */
const ipcSettings: readonly string[] = [
  'kernel.auto_msgmni',
  'kernel.msgmax',
  'kernel.msgmnb',
  'kernel.msgmni',
  'kernel.sem',
  'kernel.shmall',
  'kernel.shmmax',
  'kernel.shmmni',
  'kernel.shm_rmid_forced',
];

/**
 * Checks `linux.sysctl`: a container changes the settings of its own namespaces alone.
 *
 * @param made The kinds of namespaces that are new, or joined by a path.
 * @returns The file of each setting, and its value.
 * @throws OciError
 */
export function settingsOfKernel(
  sysctl: readonly (readonly [name: string, value: string])[],
  made: ReadonlySet<NamespaceType>,
): readonly (readonly [path: string, value: string])[] {
  return sysctl.map(([name, value]) => {
    const steps = name.includes('/') ? name.split('/') : name.split('.');
    const dotted = steps.join('.');
    const isSafe = steps.every((step) => /^[\w-]+$/.test(step) || /^[\w-]+(?:\.[\w-]+)*$/.test(step));
    const needs = namespaceOf(dotted);
    if (!isSafe || needs === undefined)
      throw new OciError(`linux.sysctl has ${JSON.stringify(name)}, a setting of the whole host`);
    if (!made.has(needs))
      throw new OciError(`linux.sysctl has ${JSON.stringify(name)}, which needs a ${needs} namespace`);
    return [`/proc/sys/${steps.join('/')}`, value] as const;
  });
}

function namespaceOf(name: string): NamespaceType | undefined {
  if (name.startsWith('net.')) return 'network';
  if (name.startsWith('fs.mqueue.') || ipcSettings.includes(name)) return 'ipc';
  return name === 'kernel.domainname' || name === 'kernel.hostname' ? 'uts' : undefined;
}
