/** Files that programs look for and do without, on any base. */
const never: ReadonlySet<string> = new Set([
  '/etc/host.conf',
  '/etc/ld.so.preload',
  '/etc/machine-id',
  '/dev/tty',
]);

/** Files of the base system that programs look for and do without. */
const onMinimal =
  /^\/etc\/(?:ld\.so\.(?:cache|preload)|localtime|resolv\.conf|nsswitch\.conf|passwd|group)$|^\/usr\/(?:lib\/locale|share\/(?:locale|zoneinfo))(?:\/|$)|\/gconv(?:-modules|\/)/;

/** Tells which files programs look for and do without, on any base. */
export function isNeverNeeded(path: string): boolean {
  return never.has(path);
}

/** Tells which files of the base system programs do without. */
export function isDoneWithout(path: string): boolean {
  return never.has(path) || onMinimal.test(path);
}
