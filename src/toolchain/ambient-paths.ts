import { type AmbientFamily, at, DIR, FILE, row, SIZE } from './ambient-row.ts';

const OPEN = 'use openat(directory, path, flags)';
const FDOPEN = 'use fdopen(openat(directory, path, flags), mode)';
const TEMPORARY = 'use openat(directory, name, O_CREAT | O_EXCL | O_RDWR) in a directory that was granted';
const SHARED =
  'use a descriptor: cloudabi_sys_fd_create1 makes shared memory, the tag !shared_memory grants it';
const PATTERN = 'use fdopendir(directory) and fnmatch';
const SPECIAL = 'there are no pipes and devices by path: grant a descriptor';
const CURRENT = 'there is no current directory: use a directory descriptor from the argdata';

/** Names that reach things by a path: files, directories, temporary files. */
export const AMBIENT_PATHS: readonly AmbientFamily[] = [
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
      at('fchmodat', 'int fchmodat(int directory, const char *, unsigned, int)'),
      row('chown', 'int chown(const char *, unsigned, unsigned)', 'files have no owners here'),
      row('lchown', 'int lchown(const char *, unsigned, unsigned)', 'files have no owners here'),
      row('mkfifo', 'int mkfifo(const char *, unsigned)', SPECIAL),
      row('mkfifoat', 'int mkfifoat(int, const char *, unsigned)', SPECIAL),
      row('mknod', 'int mknod(const char *, unsigned, unsigned long long)', SPECIAL),
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
      row(
        'lutimes',
        'int lutimes(const char *, const struct timeval *)',
        'use utimensat(directory, path, times, AT_SYMLINK_NOFOLLOW)',
      ),
      row('statvfs', 'int statvfs(const char *, struct statvfs *)', 'use fstat(descriptor, result)'),
      row('pathconf', 'long pathconf(const char *, int)', 'use fpathconf(descriptor, name)'),
      row(
        'realpath',
        'char *realpath(const char *, char *)',
        'a descriptor has no path: keep the descriptor',
      ),
      row('dlopen', 'void *dlopen(const char *, int)', 'link the library into the program'),
      row(
        'catopen',
        'void *catopen(const char *, int)',
        'message catalogues are files of the machine: take the texts from the argdata',
      ),
      row('ftok', 'int ftok(const char *, int)', SHARED),
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
      row('wordexp', 'int wordexp(const char *, void *, int)', PATTERN),
      row('chdir', 'int chdir(const char *)', CURRENT),
      row('fchdir', 'int fchdir(int)', CURRENT),
      row('chroot', 'int chroot(const char *)', CURRENT),
      row('getcwd', `char *getcwd(char *, ${SIZE})`, CURRENT),
      row('get_current_dir_name', 'char *get_current_dir_name(void)', CURRENT),
      at('openat', 'int openat(int directory, const char *, int, ...)'),
      at('fstatat', 'int fstatat(int directory, const char *, struct stat *, int)'),
      at('faccessat', 'int faccessat(int directory, const char *, int, int)'),
      at('unlinkat', 'int unlinkat(int directory, const char *, int)'),
      at('utimensat', 'int utimensat(int directory, const char *, const struct timespec *, int)'),
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
      row('tmpfile_l', `${FILE} *tmpfile_l(struct __locale_struct *)`, TEMPORARY),
      row('tmpnam', 'char *tmpnam(char *)', TEMPORARY),
      row('tempnam', 'char *tempnam(const char *, const char *)', TEMPORARY),
      row('mkstemp', 'int mkstemp(char *)', TEMPORARY),
      row(
        'mkdtemp',
        'char *mkdtemp(char *)',
        'use mkdirat(directory, name, mode) in a directory that was granted',
      ),
      row('mktemp', 'char *mktemp(char *)', TEMPORARY),
      row('mkostemp', 'int mkostemp(char *, int)', TEMPORARY),
      row('mkstemps', 'int mkstemps(char *, int)', TEMPORARY),
      row('mkostemps', 'int mkostemps(char *, int, int)', TEMPORARY),
    ],
  },
];
