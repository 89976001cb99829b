import { AMBIENT_PATHS } from './ambient-paths.ts';
import { type AmbientFamily, FILE, row, SIZE, VA } from './ambient-row.ts';

const PRINT = 'use dprintf(descriptor, format, ...)';
const READ = 'use fdopen(descriptor, "r") and fscanf or fgetc, or read(descriptor, ...)';
const ARGDATA = 'there is no environment: take the value from the argdata of program_main';
const NETWORK = 'grant a socket with the tag !socket and take it from the argdata with argdata_get_fd';
const SPAWN =
  'a program cannot start others: start them beside it, connected by a socket with the tag !socket';
const ZONE = 'the time zone of the machine is not granted: use gmtime_r, timegm and strftime';
const NAMES = 'names are not resolved here: grant a socket with the tag !socket and an address';
const SHARED =
  'use a descriptor: cloudabi_sys_fd_create1 makes shared memory, the tag !shared_memory grants it';
const USERS = 'there are no users and groups: the grants decide';
const PROCESS = 'there are no process numbers: processes are descriptors';
const MACHINE = 'a program does not know its machine: take the name from the argdata';
const TERMINAL = 'there is no terminal: use a descriptor that the program was given';

/**
 * Every name that programs starting at `program_main` cannot use. The header `ambient_authority.h` is made
 * of it, and the table in docs/c-sdk.md.
 */
export const AMBIENT: readonly AmbientFamily[] = [
  ...AMBIENT_PATHS,
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
      row('vwprintf', `int vwprintf(const cloudabi_wchar_t *, ${VA})`, 'use vfwprintf to a stream of fdopen'),
      row('vwscanf', `int vwscanf(const cloudabi_wchar_t *, ${VA})`, 'use vfwscanf from a stream of fdopen'),
      row(
        'psignal',
        'void psignal(int, const char *)',
        'use dprintf(descriptor, "%s\\n", strsignal(number))',
      ),
      row(
        'perror_l',
        'void perror_l(const char *, struct __locale_struct *)',
        'use dprintf(descriptor, "%s: %s\\n", text, strerror(errno))',
      ),
      row(
        'psignal_l',
        'void psignal_l(int, const char *, struct __locale_struct *)',
        'use dprintf(descriptor, "%s\\n", strsignal(number))',
      ),
      row(
        'fswap',
        `void fswap(${FILE} *, ${FILE} *)`,
        'there are no standard streams to exchange: keep the stream of fdopen',
      ),
      row(
        'program_spawn',
        'int program_spawn(struct uv_loop_s *, struct uv_process_s *, int, const struct argdata_t *, void (*)(void))',
        'nothing can copy a running module: ask a granted service `program` to start it, or use program_exec',
      ),
      row('getpass', 'char *getpass(const char *)', 'there is no terminal: take the secret from the argdata'),
      row('ctermid', 'char *ctermid(char *)', TERMINAL),
      row('ttyname', 'char *ttyname(int)', TERMINAL),
      row('ttyname_r', `int ttyname_r(int, char *, ${SIZE})`, TERMINAL),
      row('posix_openpt', 'int posix_openpt(int)', TERMINAL),
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
        'sendto',
        `__PTRDIFF_TYPE__ sendto(int, const void *, ${SIZE}, int, const struct sockaddr *, unsigned)`,
        'use send(descriptor, bytes, length, flags) on a connected socket',
      ),
      row('gethostbyname', 'struct hostent *gethostbyname(const char *)', NETWORK),
      row('gethostbyaddr', 'struct hostent *gethostbyaddr(const void *, unsigned, int)', NAMES),
      row('getnetbyname', 'struct netent *getnetbyname(const char *)', NAMES),
      row('if_nameindex', 'struct if_nameindex *if_nameindex(void)', NAMES),
      row('getifaddrs', 'int getifaddrs(struct ifaddrs **)', NAMES),
    ],
  },
  {
    title: 'Memory, semaphores and queues by name',
    names: [
      row('shm_open', 'int shm_open(const char *, int, unsigned)', SHARED),
      row('shm_unlink', 'int shm_unlink(const char *)', SHARED),
      row('shmget', `int shmget(int, ${SIZE}, int)`, SHARED),
      row('semget', 'int semget(int, int, int)', SHARED),
      row('msgget', 'int msgget(int, int)', SHARED),
      row('sem_unlink', 'int sem_unlink(const char *)', SHARED),
      row('mq_unlink', 'int mq_unlink(const char *)', SHARED),
    ],
  },
  {
    title: 'Users, groups and the machine',
    names: [
      row('getpwnam', 'struct passwd *getpwnam(const char *)', USERS),
      row('getpwuid', 'struct passwd *getpwuid(unsigned)', USERS),
      row('getpwent', 'struct passwd *getpwent(void)', USERS),
      row(
        'getpwnam_r',
        `int getpwnam_r(const char *, struct passwd *, char *, ${SIZE}, struct passwd **)`,
        USERS,
      ),
      row(
        'getpwuid_r',
        `int getpwuid_r(unsigned, struct passwd *, char *, ${SIZE}, struct passwd **)`,
        USERS,
      ),
      row('getgrnam', 'struct group *getgrnam(const char *)', USERS),
      row('getgrgid', 'struct group *getgrgid(unsigned)', USERS),
      row('getgrent', 'struct group *getgrent(void)', USERS),
      row(
        'getgrnam_r',
        `int getgrnam_r(const char *, struct group *, char *, ${SIZE}, struct group **)`,
        USERS,
      ),
      row('getgrgid_r', `int getgrgid_r(unsigned, struct group *, char *, ${SIZE}, struct group **)`, USERS),
      ...['getuid', 'geteuid', 'getgid', 'getegid'].map((name) => row(name, `unsigned ${name}(void)`, USERS)),
      row('getgroups', 'int getgroups(int, unsigned *)', USERS),
      ...['setuid', 'seteuid', 'setgid', 'setegid'].map((name) => row(name, `int ${name}(unsigned)`, USERS)),
      row('setreuid', 'int setreuid(unsigned, unsigned)', USERS),
      row('setregid', 'int setregid(unsigned, unsigned)', USERS),
      row('getlogin', 'char *getlogin(void)', USERS),
      row('getlogin_r', `int getlogin_r(char *, ${SIZE})`, USERS),
      row('uname', 'int uname(struct utsname *)', MACHINE),
      row('gethostname', `int gethostname(char *, ${SIZE})`, MACHINE),
      row('gethostid', 'long gethostid(void)', MACHINE),
      row(
        'clock_settime',
        'int clock_settime(const struct __clockid *, const struct timespec *)',
        'no program can set the clock of the machine',
      ),
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
      row('execle', 'int execle(const char *, const char *, ...)', SPAWN),
      row('fexecve', 'int fexecve(int, char *const *, char *const *)', SPAWN),
      row(
        'posix_spawn',
        'int posix_spawn(int *, const char *, const void *, const void *, char *const *, char *const *)',
        SPAWN,
      ),
      row(
        'posix_spawnp',
        'int posix_spawnp(int *, const char *, const void *, const void *, char *const *, char *const *)',
        SPAWN,
      ),
      row('wait', 'int wait(int *)', PROCESS),
      row('waitpid', 'int waitpid(int, int *, int)', PROCESS),
      row('kill', 'int kill(int, int)', PROCESS),
      row('killpg', 'int killpg(int, int)', PROCESS),
      ...['getpid', 'getppid', 'getpgrp', 'setsid'].map((name) => row(name, `int ${name}(void)`, PROCESS)),
      row('getpgid', 'int getpgid(int)', PROCESS),
      row('getsid', 'int getsid(int)', PROCESS),
      row('setpgid', 'int setpgid(int, int)', PROCESS),
      row('getpriority', 'int getpriority(int, unsigned)', PROCESS),
      row('setpriority', 'int setpriority(int, unsigned, int)', PROCESS),
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
      row(
        'getdate',
        'struct tm *getdate(const char *)',
        'its formats are a file of the machine: use strptime',
      ),
    ],
  },
];
