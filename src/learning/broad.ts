/** Directories with many things in them that have nothing to do with each other: none is granted as a whole. */
const broadDirectories: readonly string[] = [
  '/',
  '/bin',
  '/boot',
  '/dev',
  '/etc',
  '/home',
  '/lib',
  '/lib64',
  '/media',
  '/mnt',
  '/opt',
  '/proc',
  '/root',
  '/run',
  '/sbin',
  '/srv',
  '/sys',
  '/tmp',
  '/usr',
  '/usr/bin',
  '/usr/lib',
  '/usr/lib64',
  '/usr/local',
  '/usr/local/bin',
  '/usr/local/lib',
  '/usr/local/share',
  '/usr/sbin',
  '/usr/share',
  '/var',
  '/var/cache',
  '/var/lib',
  '/var/log',
  '/var/tmp',
];

/** The same in a home directory. */
const broadInHome: readonly string[] = [
  '',
  '/.cache',
  '/.config',
  '/.local',
  '/.local/bin',
  '/.local/lib',
  '/.local/share',
  '/.local/state',
  '/Desktop',
  '/Documents',
  '/Downloads',
  '/Projects',
  '/bin',
  '/projects',
  '/src',
];

/** The facts that decide which directories are broad. */
export type BroadContext = {
  readonly home: string;
  readonly workingDirectory: string;
  /** Places that no grant of a directory may bring along, as far as they exist. */
  readonly sensitive: readonly string[];
};

/** Tells which directories are never granted as a whole, no matter how much in them was used. */
export function broadFor({ home, workingDirectory, sensitive }: BroadContext): (real: string) => boolean {
  const broad = new Set([...broadDirectories, ...broadInHome.map((path) => `${home}${path}`)]);
  // The things around a project do not belong to it.
  for (const place of [workingDirectory, home, ...sensitive])
    for (let here = parentOf(place); here !== undefined; here = parentOf(here)) broad.add(here);
  return (real) => broad.has(real);
}

function parentOf(path: string): string | undefined {
  const slash = path.lastIndexOf('/');
  if (slash < 0 || path === '/') return undefined;
  return slash === 0 ? '/' : path.slice(0, slash);
}
