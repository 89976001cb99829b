import { MOUNT_ATTR_NOEXEC, MOUNT_ATTR_RDONLY } from '../linux/mounts.ts';
import { CAPABILITY_NAMES, LIMIT_NAMES } from '../linux/name-tables.ts';
import { type Configuration, type ContainerMount, namespaceTypes } from './config/configuration.ts';
import { mountsGrants } from './grants/access.ts';

/**
 * Says in words what a container of this configuration gets, and what holds it.
 *
 * @returns Lines of text.
 * @throws OciError for a mount of grants that the container could write to.
 */
export function explainBundle(configuration: Configuration): readonly string[] {
  const { process, root, readOnly, mounts, devices, seccomp } = configuration;
  const { capabilities, limits } = process;
  const names = capabilities.bounding.map((one) => CAPABILITY_NAMES[one] ?? String(one));
  const granted = mountsGrants(configuration);
  return [
    `program    ${process.arguments.join(' ')}`,
    `user       ${process.user}:${process.group}, new privileges ${process.noNewPrivileges ? 'never' : 'within its capabilities'}`,
    `root       ${root} (${readOnly ? 'read' : 'read, write'}, execute; no devices)`,
    ...mounts.map((mount) => `mount      ${describeMount(mount)}`),
    ...devices.map(({ path, major, minor }) => `device     ${path} (${major}:${minor})`),
    ...namespaceTypes.map((type) => `namespace  ${type}: ${namespaceOf(configuration, type)}`),
    `may have   ${names.length === 0 ? 'no capabilities' : names.join(', ')}`,
    ...limits.map(({ resource, hard }) => `limit      ${LIMIT_NAMES[resource] ?? resource}: ${hard}`),
    `calls      our filter${seccomp.isThere ? ' and that of the engine' : ''}; no mounts, namespaces, keyrings and devices`,
    `grants     ${granted ? 'those of /cloudabi/grants.yaml, and nothing else of the image and of bind mounts' : 'all of the above: no grants are mounted at /cloudabi'}`,
    'held by    namespaces, Landlock, seccomp, control groups',
  ];
}

function describeMount({ destination, type, source, options }: ContainerMount): string {
  const set = options.own.set | options.tree.set;
  const access = (set & MOUNT_ATTR_RDONLY) === 0 ? 'read, write' : 'read';
  const execute = (set & MOUNT_ATTR_NOEXEC) === 0 ? ', execute' : '';
  return `${destination} (${access}${execute}): ${type === 'bind' ? source : type}`;
}

function namespaceOf({ namespaces }: Configuration, type: (typeof namespaceTypes)[number]): string {
  if (!namespaces.has(type)) return 'that of the host';
  return namespaces.get(type) ?? 'its own';
}
