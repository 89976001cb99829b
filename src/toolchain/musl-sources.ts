/** The archive of Debian that has the sources of musl, by its name and the digest (SHA-256) of what it has in it. */
export const MUSL_ARCHIVE = 'musl_1.2.3.orig.tar.gz';
export const MUSL_DIGEST = '7d5b0b6062521e4627e099e4c9dc8248d32a30285e959b7eecaa780cf8cfd4a4';
export const MUSL_FOLDER = 'musl-1.2.3';

/** Sources of a folder of musl's: all but some, or some alone. Those that are left out have no use, or another form here. */
type Part = { readonly folder: string } & ({ readonly without: string } | { readonly only: string });

const parts: readonly Part[] = [
  { folder: 'complex', without: '' },
  { folder: 'ctype', without: '' },
  { folder: 'dirent', only: 'alphasort versionsort' },
  { folder: 'env', only: '__environ getenv' },
  { folder: 'errno', without: '' },
  { folder: 'exit', only: '_Exit assert at_quick_exit atexit exit quick_exit' },
  { folder: 'fcntl', only: 'creat fcntl open openat posix_fadvise posix_fallocate' },
  { folder: 'fenv', without: 'fenv' },
  { folder: 'internal', only: 'floatscan intscan libc procfdname shgetc syscall_ret' },
  { folder: 'linux', only: 'getrandom' },
  {
    folder: 'locale',
    without: 'bind_textdomain_codeset catclose catgets catopen dcngettext textdomain',
  },
  { folder: 'math', without: '' },
  {
    folder: 'misc',
    only: 'a64l basename dirname ffs ffsl ffsll getentropy getopt getopt_long getsubopt',
  },
  { folder: 'mman', only: 'madvise mmap mprotect msync munmap' },
  { folder: 'multibyte', without: '' },
  {
    folder: 'network',
    only: 'accept accept4 htonl htons in6addr_any in6addr_loopback inet_aton inet_ntop inet_pton ntohl ntohs recv recvfrom recvmsg send sendmsg sendto shutdown socketpair',
  },
  { folder: 'prng', without: '' },
  { folder: 'regex', only: 'fnmatch regcomp regerror regexec tre-mem' },
  { folder: 'search', without: '' },
  { folder: 'select', only: 'poll' },
  { folder: 'stat', only: 'fstat fstatat futimens lstat mkdir mkdirat stat utimensat' },
  {
    folder: 'stdio',
    without: '__lockfile flockfile ftrylockfile funlockfile gets pclose popen tempnam tmpnam',
  },
  { folder: 'stdlib', without: '' },
  { folder: 'string', without: '' },
  { folder: 'temp', only: '__randname' },
  { folder: 'thread', only: 'sched_yield' },
  {
    folder: 'time',
    without:
      'clock_getcpuclockid clock_settime ftime getdate timer_create timer_delete timer_getoverrun timer_gettime timer_settime times utime',
  },
  {
    folder: 'unistd',
    only: '_exit access close dup dup2 dup3 fdatasync fsync ftruncate isatty linkat lseek posix_close pread preadv pwrite pwritev read readlinkat readv renameat rmdir sleep symlinkat unlink unlinkat usleep write writev',
  },
];

/** Folders of sources in assembly, and the names that count there. */
const assembly: readonly (readonly [folder: string, names: RegExp])[] = [
  ['fenv/x86_64', /^fenv\.s$/],
  ['math/x86_64', /l\.s$/],
  ['setjmp/x86_64', /\.s$/],
];

/**
 * Lists the sources of musl that the library is made of, by their paths in the archive. A function with a path and no directory
 * ends with ENOTCAPABLE.
 *
 * @param namesIn Gives the names of the files in a folder.
 */
export function muslSources(namesIn: (folder: string) => readonly string[]): readonly string[] {
  const chosen = parts.flatMap((part) => {
    const folder = `src/${part.folder}`;
    const names = new Set(('only' in part ? part.only : part.without).split(' '));
    return namesIn(folder)
      .filter((name) => name.endsWith('.c') && names.has(name.slice(0, -2)) === 'only' in part)
      .map((name) => `${folder}/${name}`);
  });
  const others = assembly.flatMap(([part, wanted]) =>
    namesIn(`src/${part}`)
      .filter((name) => wanted.test(name))
      .map((name) => `src/${part}/${name}`),
  );
  return [...chosen, ...others];
}

/**
 * Makes `bits/alltypes.h` of its templates, as musl's own build does (tools/mkalltypes.sed).
 *
 * @param templates That of the architecture, and the common one.
 */
export function allTypes(templates: readonly string[]): string {
  const guarded = (name: string, text: string): string =>
    `#if defined(__NEED_${name}) && !defined(__DEFINED_${name})\n${text}\n#define __DEFINED_${name}\n#endif\n`;
  return templates
    .join('')
    .replace(/^TYPEDEF (.*) ([^ ]*);$/gm, (_, type, name) => guarded(name, `typedef ${type} ${name};`))
    .replace(/^(STRUCT|UNION) * ([^ ]*) (.*);$/gm, (_, kind: string, name, body) => {
      const word = kind.toLowerCase();
      return guarded(`${word}_${name}`, `${word} ${name} ${body};`);
    });
}

/** Makes `bits/syscall.h` of its template, likewise. */
export function callNames(template: string): string {
  const lines = template.split('\n').filter((line) => line.includes('__NR_'));
  return `${template}${lines.map((line) => line.replace('__NR_', 'SYS_')).join('\n')}\n`;
}
