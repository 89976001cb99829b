/**
 * Subjects of attempts, in the order of the page. The first word of a file's name is one of these.
 */
export const groups = {
  paths: 'Names that lead out of a directory',
  races: 'Races between a check and a use',
  links: 'Hard, symbolic and magic links',
  proc: 'Views of processes and of the kernel',
  descriptors: 'Descriptors that leak, lead further or are confused',
  roots: 'Ways out of the root',
  mounts: 'Mounts and file systems',
  namespaces: 'Namespaces',
  processes: 'Tracing, memory and signals of others',
  users: 'Users, capabilities and set-user-ID files',
  sockets: 'Sockets, the network and netlink',
  hosts: 'Networks that lead to granted hosts',
  services: 'Services that programs ask',
  messages: 'Messages, queues and shared memory',
  terminals: 'Terminals',
  kernel: 'Rarely used parts of the kernel',
  memory: 'Memory that becomes code',
  interpreters: 'Interpreters and loaders',
  environment: 'Environment and inheritance',
  limits: 'Exhausted resources',
  lifetime: 'Outliving the end',
  entries: 'Other ways into the kernel',
  walls: 'The walls turned against themselves',
  rules: 'Rules that are decided while a program runs',
  modules: 'Modules and the code around them',
  bounds: 'Memory of the guest',
  arguments: 'Arguments that change or lie',
  documents: 'Documents and argdata',
} as const;

/** The first word of an attempt's name. */
export type Group = keyof typeof groups;

/** Tells names of groups from others. */
export function isGroup(name: string): name is Group {
  return Object.hasOwn(groups, name);
}
