/** A name of the C library that needs authority which nobody handed over, and what to write instead. */
export interface Ambient {
  /** The function or variable. */
  readonly name: string;
  /**
   * Its declaration in C, compatible with the C library's, in types that need no header. Conditions on
   * arguments stand in `when`.
   */
  readonly declaration: string;
  /** What the compiler says after the name: the replacement, in ASCII. */
  readonly instead: string;
  /** For a function that is refused with some arguments only: the condition on its parameters. */
  readonly when?: string;
}

/** Names that share the reason they are refused for. */
export interface AmbientFamily {
  /** What the program would take without being handed it; a heading of the documentation. */
  readonly title: string;
  readonly names: readonly Ambient[];
}

const FILE = 'struct _IO_FILE';
const DIR = 'struct _DIR';
const SIZE = '__SIZE_TYPE__';
const VA = '__builtin_va_list';

function row(name: string, declaration: string, instead: string): Ambient {
  return { name, declaration, instead };
}

/** A function that takes a directory, and with `AT_FDCWD` (-2 in wasi-libc) the current one. */
function at(name: string, declaration: string, when = 'directory == -2'): Ambient {
  const instead = 'there is no current directory: use a directory descriptor that the program was given';
  return { name, declaration, instead, when };
}

const OPEN = 'use openat(directory, path, flags)';
const FDOPEN = 'use fdopen(openat(directory, path, flags), mode)';
const TEMPORARY = 'use openat(directory, name, O_CREAT | O_EXCL | O_RDWR) in a directory that was granted';
const PRINT = 'use dprintf(descriptor, format, ...)';
const READ = 'use fdopen(descriptor, "r") and fscanf or fgetc, or read(descriptor, ...)';
const ARGDATA = 'there is no environment: take the value from the argdata of program_main';
const NETWORK = 'grant a socket with the tag !socket and take it from the argdata with argdata_get_fd';
const SPAWN = 'a program cannot start others; grant a command with the tag !command and use its descriptor';
const ZONE = 'the time zone of the machine is not granted: use gmtime_r, timegm and strftime';
const CURRENT = 'there is no current directory: use a directory descriptor from the argdata';

/**
 * Every name that programs starting at `program_main` cannot use. The header `ambient_authority.h` is made
 * of it, and the table in docs/c-sdk.md.
 */
export const AMBIENT: readonly AmbientFamily[] = [
  {
    title: 'Files by path',
    names: [
      row('open', 'int open(const char *, int, ...)', OPEN),
      row('creat', 'int creat(const char *, unsigned)', 'use openat(directory, path, O_CREAT | O_WRONLY)'),
      row('fopen', `${FILE} *fopen(const char *, const char *)`, FDOPEN),
      row('freopen', `${FILE} *freopen(const char *, const char *, ${FILE} *)`, FDOPEN),
      row('stat', 'int stat(const char *, struct stat *)', 'use fstatat(directory, path, result, 0)'),
      row(
        'lstat',
        'int lstat(const char *, struct stat *)',
        'use fstatat(directory, path, result, AT_SYMLINK_NOFOLLOW)',
      ),
      row('access', 'int access(const char *, int)', 'use faccessat(directory, path, mode, 0)'),
      row('eaccess', 'int eaccess(const char *, int)', 'use faccessat(directory, path, mode, 0)'),
      row('euidaccess', 'int euidaccess(const char *, int)', 'use faccessat(directory, path, mode, 0)'),
      row('unlink', 'int unlink(const char *)', 'use unlinkat(directory, path, 0)'),
      row('rmdir', 'int rmdir(const char *)', 'use unlinkat(directory, path, AT_REMOVEDIR)'),
      row('remove', 'int remove(const char *)', 'use unlinkat(directory, path, 0)'),
      row(
        'rename',
        'int rename(const char *, const char *)',
        'use renameat(directory, path, directory, path)',
      ),
      row('link', 'int link(const char *, const char *)', 'use linkat(directory, path, directory, path, 0)'),
      row('symlink', 'int symlink(const char *, const char *)', 'use symlinkat(target, directory, path)'),
      row(
        'readlink',
        `__PTRDIFF_TYPE__ readlink(const char *, char *, ${SIZE})`,
        'use readlinkat(directory, path, buffer, size)',
      ),
      row('mkdir', 'int mkdir(const char *, unsigned)', 'use mkdirat(directory, path, mode)'),
      row('truncate', 'int truncate(const char *, long long)', 'use ftruncate(descriptor, length)'),
      row(
        'chmod',
        'int chmod(const char *, unsigned)',
        'files have no modes here: rights stand in the grants',
      ),
      row('chown', 'int chown(const char *, unsigned, unsigned)', 'files have no owners here'),
      row(
        'utime',
        'int utime(const char *, const struct utimbuf *)',
        'use utimensat(directory, path, times, 0)',
      ),
      row(
        'utimes',
        'int utimes(const char *, const struct timeval *)',
        'use utimensat(directory, path, times, 0)',
      ),
      row('statvfs', 'int statvfs(const char *, struct statvfs *)', 'use fstat(descriptor, result)'),
      row('pathconf', 'long pathconf(const char *, int)', 'use fpathconf(descriptor, name)'),
      row(
        'realpath',
        'char *realpath(const char *, char *)',
        'a descriptor has no path: keep the descriptor',
      ),
      row('dlopen', 'void *dlopen(const char *, int)', 'link the library into the program'),
    ],
  },
  {
    title: 'Directories by path, and the current directory',
    names: [
      row('opendir', `${DIR} *opendir(const char *)`, 'use fdopendir(directory) or program_directory_open'),
      row(
        'scandir',
        'int scandir(const char *, struct dirent ***, int (*)(const struct dirent *), int (*)(const struct dirent **, const struct dirent **))',
        'use fdopendir(directory) or program_directory_open',
      ),
      row(
        'ftw',
        'int ftw(const char *, int (*)(const char *, const struct stat *, int), int)',
        'use fdopendir(directory) or program_directory_open',
      ),
      row(
        'nftw',
        'int nftw(const char *, int (*)(const char *, const struct stat *, int, struct FTW *), int, int)',
        'use fdopendir(directory) or program_directory_open',
      ),
      row('chdir', 'int chdir(const char *)', CURRENT),
      row('fchdir', 'int fchdir(int)', CURRENT),
      row('chroot', 'int chroot(const char *)', CURRENT),
      row('getcwd', `char *getcwd(char *, ${SIZE})`, CURRENT),
      row('get_current_dir_name', 'char *get_current_dir_name(void)', CURRENT),
      at('openat', 'int openat(int directory, const char *, int, ...)'),
      at('fstatat', 'int fstatat(int directory, const char *, struct stat *, int)'),
      at('faccessat', 'int faccessat(int directory, const char *, int, int)'),
      at('unlinkat', 'int unlinkat(int directory, const char *, int)'),
      at('mkdirat', 'int mkdirat(int directory, const char *, unsigned)'),
      at('readlinkat', `__PTRDIFF_TYPE__ readlinkat(int directory, const char *, char *, ${SIZE})`),
      at('symlinkat', 'int symlinkat(const char *, int directory, const char *)'),
      at(
        'renameat',
        'int renameat(int directory, const char *, int other, const char *)',
        'directory == -2 || other == -2',
      ),
      at(
        'linkat',
        'int linkat(int directory, const char *, int other, const char *, int)',
        'directory == -2 || other == -2',
      ),
    ],
  },
  {
    title: 'Temporary files',
    names: [
      row('tmpfile', `${FILE} *tmpfile(void)`, TEMPORARY),
      row('tmpnam', 'char *tmpnam(char *)', TEMPORARY),
      row('tempnam', 'char *tempnam(const char *, const char *)', TEMPORARY),
      row('mkstemp', 'int mkstemp(char *)', TEMPORARY),
      row(
        'mkdtemp',
        'char *mkdtemp(char *)',
        'use mkdirat(directory, name, mode) in a directory that was granted',
      ),
      row('mktemp', 'char *mktemp(char *)', TEMPORARY),
    ],
  },
  {
    title: 'Standard streams',
    names: [
      row('stdin', `${FILE} *const stdin`, 'there are no standard streams: use fdopen(descriptor, "r")'),
      row('stdout', `${FILE} *const stdout`, 'there are no standard streams: use fdopen(descriptor, "w")'),
      row('stderr', `${FILE} *const stderr`, 'there are no standard streams: use fdopen(descriptor, "w")'),
      row('printf', 'int printf(const char *, ...)', PRINT),
      row('vprintf', `int vprintf(const char *, ${VA})`, 'use vdprintf(descriptor, format, arguments)'),
      row('puts', 'int puts(const char *)', 'use dprintf(descriptor, "%s\\n", text)'),
      row('putchar', 'int putchar(int)', 'use write(descriptor, &byte, 1), or fputc to a stream of fdopen'),
      row('putchar_unlocked', 'int putchar_unlocked(int)', 'use fputc to a stream of fdopen'),
      row(
        'perror',
        'void perror(const char *)',
        'use dprintf(descriptor, "%s: %s\\n", text, strerror(errno))',
      ),
      row('scanf', 'int scanf(const char *, ...)', READ),
      row('vscanf', `int vscanf(const char *, ${VA})`, READ),
      row('getchar', 'int getchar(void)', READ),
      row('getchar_unlocked', 'int getchar_unlocked(void)', READ),
      row('gets', 'char *gets(char *)', READ),
      row('wprintf', 'int wprintf(const cloudabi_wchar_t *, ...)', 'use fwprintf to a stream of fdopen'),
      row('wscanf', 'int wscanf(const cloudabi_wchar_t *, ...)', 'use fwscanf from a stream of fdopen'),
      row('putwchar', '__WINT_TYPE__ putwchar(cloudabi_wchar_t)', 'use fputwc to a stream of fdopen'),
      row('getwchar', '__WINT_TYPE__ getwchar(void)', 'use fgetwc from a stream of fdopen'),
      row('getpass', 'char *getpass(const char *)', 'there is no terminal: take the secret from the argdata'),
      row(
        '__assert_fail',
        'void __assert_fail(const char *, const char *, int, const char *)',
        'assert() writes to descriptor 2, whatever that is: use if (!condition) abort(), or define NDEBUG',
      ),
    ],
  },
  {
    title: 'Environment',
    names: [
      row('getenv', 'char *getenv(const char *)', ARGDATA),
      row('secure_getenv', 'char *secure_getenv(const char *)', ARGDATA),
      row('setenv', 'int setenv(const char *, const char *, int)', ARGDATA),
      row('unsetenv', 'int unsetenv(const char *)', ARGDATA),
      row('putenv', 'int putenv(char *)', ARGDATA),
      row('clearenv', 'int clearenv(void)', ARGDATA),
      row('environ', 'char **environ', ARGDATA),
    ],
  },
  {
    title: 'Network by address',
    names: [
      row('socket', 'int socket(int, int, int)', NETWORK),
      row('connect', 'int connect(int, const struct sockaddr *, unsigned)', NETWORK),
      row('bind', 'int bind(int, const struct sockaddr *, unsigned)', NETWORK),
      row('listen', 'int listen(int, int)', 'a granted socket with bind: listens already; use accept'),
      row(
        'getaddrinfo',
        'int getaddrinfo(const char *, const char *, const struct addrinfo *, struct addrinfo **)',
        NETWORK,
      ),
      row('gethostbyname', 'struct hostent *gethostbyname(const char *)', NETWORK),
    ],
  },
  {
    title: 'Other programs',
    names: [
      row('system', 'int system(const char *)', SPAWN),
      row('popen', `${FILE} *popen(const char *, const char *)`, SPAWN),
      row('fork', 'int fork(void)', SPAWN),
      row('vfork', 'int vfork(void)', SPAWN),
      row('execl', 'int execl(const char *, const char *, ...)', SPAWN),
      row('execlp', 'int execlp(const char *, const char *, ...)', SPAWN),
      row('execv', 'int execv(const char *, char *const *)', SPAWN),
      row('execve', 'int execve(const char *, char *const *, char *const *)', SPAWN),
      row('execvp', 'int execvp(const char *, char *const *)', SPAWN),
      row('kill', 'int kill(int, int)', 'there are no process numbers'),
    ],
  },
  {
    title: 'Locale and time zone of the machine',
    names: [
      row(
        'setlocale',
        'char *setlocale(int, const char *)',
        'use newlocale and uselocale, or functions with _l',
      ),
      row('tzset', 'void tzset(void)', ZONE),
      row('localtime', 'struct tm *localtime(const long long *)', ZONE),
      row('localtime_r', 'struct tm *localtime_r(const long long *, struct tm *)', ZONE),
      row('mktime', 'long long mktime(struct tm *)', ZONE),
      row('ctime', 'char *ctime(const long long *)', ZONE),
      row('ctime_r', 'char *ctime_r(const long long *, char *)', ZONE),
    ],
  },
];
