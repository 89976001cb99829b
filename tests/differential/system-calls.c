// Makes the system calls that programs make, each in a working directory of its own, and prints what each has answered:
// `name: ok`, the name of an error, or a value that should be the same inside and outside of a world. Nothing in it changes
// the host, also for root.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/futex.h>
#include <linux/memfd.h>
#include <mqueue.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <pty.h>
#include <pwd.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/msg.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/sendfile.h>
#include <sys/shm.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/timex.h>
#include <sys/times.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>
#include <utime.h>

static void say(const char *name, long result) {
  printf("%s: %s\n", name, result < 0 ? strerrorname_np(errno) : "ok");
  fflush(stdout);
}

/// A call that answers -1 or not.
#define C(call) (errno = 0, say(#call, (long)(call)))
/// One under a name of its own.
#define N(name, call) (errno = 0, say(name, (long)(call)))
/// A function that answers the error itself, as those of threads do.
#define P(call) (errno = (call), say(#call, errno == 0 ? 0 : -1))
/// Something that holds or not.
#define IS(name, condition) printf("%s: %s\n", name, (condition) ? "yes" : "no")
#define VALUE(name, value) printf("%s: %ld\n", name, (long)(value))

static char buffer[65536];

static int in_child(int (*run)(void)) {
  fflush(stdout);
  pid_t child = fork();
  if (child < 0) return -1;
  if (child == 0) {
    errno = 0;
    _exit(run() < 0 ? errno : 0);
  }
  int status;
  if (waitpid(child, &status, 0) < 0) return -1;
  errno = WIFEXITED(status) ? WEXITSTATUS(status) : EINTR;
  return errno == 0 ? 0 : -1;
}

static void *thread(void *argument) { return prctl(PR_SET_NAME, "named") == 0 ? argument : NULL; }
static void handler(int signal) { (void)signal; }
static int new_session(void) { return setsid(); }
static int execute(void) { return execl("/bin/true", "true", NULL); }
static int execute_by_descriptor(void) {
  int file = open("/bin/true", O_RDONLY | O_CLOEXEC);
  char *argv[] = {"true", NULL}, *none[] = {NULL};
  return fexecve(file, argv, none);
}
static int change_root(void) { return chroot("."); }
static int new_user(void) { return unshare(CLONE_NEWUSER); }
static int private_files(void) { return unshare(CLONE_FILES | CLONE_FS); }
static int nothing(void) { return 0; }
static int no_core(void) { struct rlimit none = {0, 0}; return setrlimit(RLIMIT_CORE, &none); }
static int fewer_files(void) { struct rlimit few = {64, 64}; return setrlimit(RLIMIT_NOFILE, &few); }
static int nicer(void) { return setpriority(PRIO_PROCESS, 0, getpriority(PRIO_PROCESS, 0)); }
static int batch(void) { struct sched_param none = {0}; return sched_setscheduler(0, SCHED_BATCH, &none); }
static int idle_input(void) { return syscall(SYS_ioprio_set, 1, 0, 3 << 13); }
static int one_processor(void) {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) < 0) return -1;
  return sched_setaffinity(0, sizeof set, &set);
}
static int same_user(void) { return setresuid(getuid(), getuid(), getuid()); }
static int same_group(void) { return setresgid(getgid(), getgid(), getgid()); }
static int undumpable(void) { return prctl(PR_SET_DUMPABLE, 0); }
static int landlock(void) { return syscall(SYS_landlock_create_ruleset, NULL, 0, 1); }
static int trace_me(void) { return syscall(SYS_ptrace, 0, 0, 0, 0); }
static int same_addresses(void) { return personality(ADDR_NO_RANDOMIZE); }
static int foreign_signal(void) { return kill(getppid(), 0); }
static int group_signal(void) { return setpgid(0, 0) < 0 ? -1 : kill(0, 0); }
static int no_new(void) { return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); }

static void files(void) {
  int file, other, directory;
  C(file = open("file", O_RDWR | O_CREAT | O_CLOEXEC, 0640));
  C(write(file, "0123456789", 10));
  C(pwrite(file, "ab", 2, 4));
  C(pread(file, buffer, 10, 0));
  struct iovec vector[2] = {{buffer, 3}, {buffer + 3, 3}};
  C(writev(file, vector, 2));
  C(preadv(file, vector, 2, 0));
  C(preadv2(file, vector, 2, 0, 0));
  C(lseek(file, 2, SEEK_SET));
  C(lseek(file, 0, SEEK_DATA));
  C(lseek(file, 0, SEEK_HOLE));
  C(ftruncate(file, 4096));
  C(truncate("file", 8192));
  C(fallocate(file, 0, 0, 16384));
  C(fallocate(file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, 4096));
  C(fsync(file));
  C(fdatasync(file));
  C(sync_file_range(file, 0, 0, 2));
  C(syncfs(file));
  C(posix_fadvise(file, 0, 0, POSIX_FADV_SEQUENTIAL));
  C(readahead(file, 0, 4096));
  C(flock(file, LOCK_EX | LOCK_NB));
  C(flock(file, LOCK_UN));
  struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
  C(fcntl(file, F_SETLK, &lock));
  C(fcntl(file, F_OFD_GETLK, &lock));
  C(fcntl(file, F_SETFL, O_APPEND));
  C(fcntl(file, F_SETFL, 0));
  N("F_DUPFD_CLOEXEC", other = fcntl(file, F_DUPFD_CLOEXEC, 100));
  C(dup3(file, 101, O_CLOEXEC));
  N("close_range", syscall(SYS_close_range, 100, 101, 0));
  C(fchmod(file, 0600));
  C(chmod("file", 0644));
  C(fchmodat(AT_FDCWD, "file", 0600, 0));
  C(fchown(file, getuid(), getgid()));
  C(lchown("file", -1, getgid()));
  struct timespec times[2] = {{1, 0}, {2, 0}};
  C(futimens(file, times));
  C(utimensat(AT_FDCWD, "file", times, 0));
  C(utime("file", NULL));
  C(fsetxattr(file, "user.test", "x", 1, 0));
  C(getxattr("file", "user.test", buffer, 10));
  C(listxattr("file", buffer, sizeof buffer));
  C(removexattr("file", "user.test"));
  C(setxattr("file", "trusted.test", "x", 1, 0));
  int flags = 0;
  N("FS_IOC_GETFLAGS", ioctl(file, 0x80086601, &flags));
  N("FS_IOC_SETFLAGS", ioctl(file, 0x40086602, &flags));
  N("FIONREAD", ioctl(file, FIONREAD, &flags));
  C(other = open("copy", O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  C(copy_file_range(file, NULL, other, NULL, 100, 0));
  C(sendfile(other, file, NULL, 100));
  struct stat status;
  struct statx extended;
  struct statfs system;
  struct statvfs view;
  C(fstat(file, &status));
  VALUE("mode of a file", status.st_mode);
  IS("its owner is this user", status.st_uid == getuid() && status.st_gid == getegid());
  C(statx(AT_FDCWD, "file", 0, STATX_ALL, &extended));
  C(statfs(".", &system));
  C(statvfs(".", &view));
  C(access("file", R_OK | W_OK));
  C(faccessat(AT_FDCWD, "file", X_OK, AT_EACCESS));
  C(link("file", "linked"));
  C(linkat(AT_FDCWD, "file", AT_FDCWD, "linked again", 0));
  C(symlink("file", "symbolic"));
  C(readlink("symbolic", buffer, sizeof buffer));
  C(rename("linked", "renamed"));
  C(renameat2(AT_FDCWD, "renamed", AT_FDCWD, "symbolic", RENAME_EXCHANGE));
  C(renameat2(AT_FDCWD, "renamed", AT_FDCWD, "symbolic", RENAME_NOREPLACE));
  C(mkdir("directory", 0750));
  C(directory = open("directory", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  C(mkdirat(directory, "inner", 0700));
  C(mkfifo("fifo", 0600));
  C(mknod("regular", S_IFREG | 0600, 0));
  C(mknod("device", S_IFCHR | 0600, 0x103));
  C(chmod("directory", 0770));
  C(chmod("directory", 01770));
  C(chmod("file", 04755));
  C(chmod("directory", 02770));
  C(openat(directory, "../file", O_RDONLY));
  C(open("directory", O_TMPFILE | O_RDWR, 0600));
  C(open("file", O_PATH));
  C(open("file", O_RDONLY | O_NOATIME));
  C(open("file", O_RDONLY | O_DIRECT));
  N("openat2", syscall(SYS_openat2, AT_FDCWD, "file", &(struct { unsigned long a, b, c; }){O_RDONLY, 0, 0}, 24));
  N("name_to_handle_at", syscall(SYS_name_to_handle_at, AT_FDCWD, "file", &(struct { unsigned a; int b; char c[128]; }){128, 0, ""}, &flags, 0));
  N("getdents64", syscall(SYS_getdents64, directory, buffer, sizeof buffer));
  C(fchdir(directory));
  C(chdir(".."));
  N("getcwd", getcwd(buffer, sizeof buffer) == NULL ? -1 : 0);
  C(unlinkat(directory, "inner", AT_REMOVEDIR));
  C(rmdir("directory"));
  C(unlink("fifo"));
  VALUE("umask", umask(022));
  C(inotify_add_watch(inotify_init1(IN_CLOEXEC), ".", IN_CREATE));
  N("fanotify_init", syscall(SYS_fanotify_init, 0, 0));
  C(mount("none", "/nowhere", "tmpfs", 0, ""));
  C(umount2("/nowhere", MNT_DETACH));
  N("change_root", in_child(change_root));
  N("quotactl", syscall(SYS_quotactl, 0x800001 << 8, NULL, 0, NULL));
}

static void memory(void) {
  void *page;
  N("mmap", (page = mmap(NULL, 16384, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)) == MAP_FAILED ? -1 : 0);
  C(mprotect(page, 4096, PROT_READ));
  C(mprotect(page, 4096, PROT_READ | PROT_EXEC));
  C(mprotect(page, 4096, PROT_READ | PROT_WRITE));
  C(madvise(page, 4096, MADV_DONTNEED));
  C(madvise(page, 4096, MADV_FREE));
  C(mlock(page, 4096));
  C(munlock(page, 4096));
  C(mincore(page, 4096, (unsigned char *)buffer));
  C(msync(page, 4096, MS_ASYNC));
  N("mremap", (page = mremap(page, 16384, 32768, MREMAP_MAYMOVE)) == MAP_FAILED ? -1 : 0);
  C(munmap(page, 32768));
  N("memory to write and execute", mmap(NULL, 4096, 7, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? -1 : 0);
  N("huge pages", mmap(NULL, 1 << 21, 3, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0) == MAP_FAILED ? -1 : 0);
  int shared = -1;
  C(shared = memfd_create("test", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  C(ftruncate(shared, 4096));
  C(fcntl(shared, F_ADD_SEALS, F_SEAL_SHRINK));
  C(mmap(NULL, 4096, 3, MAP_SHARED, shared, 0) == MAP_FAILED ? -1 : 0);
  N("memfd_secret", syscall(SYS_memfd_secret, 0));
  C(pkey_alloc(0, 0) < 0 && errno != ENOSPC && errno != EINVAL ? -1 : 0);
  N("membarrier", syscall(SYS_membarrier, 0, 0, 0));
  C(shared = shm_open("/cloudabi-test", O_CREAT | O_RDWR, 0600));
  C(shm_unlink("/cloudabi-test"));
  N("get_mempolicy", syscall(SYS_get_mempolicy, NULL, NULL, 0, NULL, 0));
  N("set_mempolicy", syscall(SYS_set_mempolicy, 0, NULL, 0));
  N("mbind", syscall(SYS_mbind, NULL, 0, 0, NULL, 0, 0));
  N("userfaultfd", syscall(SYS_userfaultfd, 1));
  N("process_vm_readv", syscall(SYS_process_vm_readv, getpid(), NULL, 0, NULL, 0, 0));
  C(brk(sbrk(0)));
}

static void processes(void) {
  N("nothing", in_child(nothing));
  N("execute", in_child(execute));
  N("execute_by_descriptor", in_child(execute_by_descriptor));
  C(system("exit 0"));
  pid_t spawned;
  char *argv[] = {"true", NULL};
  P(posix_spawn(&spawned, "/bin/true", NULL, NULL, argv, environ));
  C(waitpid(spawned, NULL, 0));
  int process;
  N("pidfd_open", process = syscall(SYS_pidfd_open, getpid(), 0));
  N("pidfd_send_signal", syscall(SYS_pidfd_send_signal, process, 0, NULL, 0));
  N("new_session", in_child(new_session));
  N("group_signal", in_child(group_signal));
  N("foreign_signal", in_child(foreign_signal));
  N("new_user", in_child(new_user));
  N("private_files", in_child(private_files));
  N("no_core", in_child(no_core));
  N("fewer_files", in_child(fewer_files));
  N("nicer", in_child(nicer));
  N("batch", in_child(batch));
  N("idle_input", in_child(idle_input));
  N("one_processor", in_child(one_processor));
  N("same_user", in_child(same_user));
  N("same_group", in_child(same_group));
  N("undumpable", in_child(undumpable));
  C(in_child(landlock) < 0 ? -1 : 0);
  N("trace_me", in_child(trace_me));
  N("same_addresses", in_child(same_addresses));
  N("no_new", in_child(no_new));
  C(kill(getpid(), 0));
  C(kill(1, 0));
  C(getpriority(PRIO_PROCESS, 0));
  C(getpgid(0));
  C(getsid(0));
  C(sched_yield());
  C(sched_getscheduler(0));
  C(sched_get_priority_max(SCHED_FIFO));
  VALUE("processors", sysconf(_SC_NPROCESSORS_ONLN));
  struct rusage usage;
  struct rlimit limit;
  struct sysinfo info;
  struct utsname names;
  struct tms ticks;
  C(getrusage(RUSAGE_SELF, &usage));
  C(getrlimit(RLIMIT_NOFILE, &limit));
  VALUE("limit of open files", limit.rlim_cur);
  C(prlimit(0, RLIMIT_STACK, NULL, &limit));
  VALUE("limit of the stack", limit.rlim_cur);
  C(getrlimit(RLIMIT_CORE, &limit));
  C(sysinfo(&info));
  C(uname(&names));
  C(times(&ticks));
  C(getgroups(100, (gid_t *)buffer));
  C(setgroups(0, NULL));
  VALUE("user", getuid());
  VALUE("group", getgid());
  C(sethostname("name", -1));
  N("add_key", syscall(SYS_add_key, "user", "test", "x", 1, -3));
  N("keyctl", syscall(SYS_keyctl, 0, -3, 0));
  N("bpf", syscall(SYS_bpf, 0, NULL, 0));
  N("perf_event_open", syscall(SYS_perf_event_open, NULL, 0, -1, -1, 0));
  N("io_uring_setup", syscall(SYS_io_uring_setup, 1, NULL));
  N("kcmp", syscall(SYS_kcmp, getpid(), getpid(), 0, 0, 0));
  N("seccomp", syscall(SYS_seccomp, 2, 0, &(int){0x00050000}));
  N("rseq", syscall(SYS_rseq, NULL, 0, 0, 0));
  C(syscall(999));
  C(prctl(PR_SET_NAME, "name"));
  C(prctl(PR_GET_DUMPABLE));
  C(prctl(PR_CAPBSET_READ, 0));
  C(prctl(PR_SET_PDEATHSIG, SIGTERM));
  C(prctl(PR_SET_CHILD_SUBREAPER, 1));
  C(prctl(PR_SET_TIMERSLACK, 1));
  C(prctl(PR_SET_VMA, 0, NULL, 0, NULL));
  N("syslog", syscall(SYS_syslog, 10, NULL, 0));
  C(access("/proc/self/status", R_OK));
  C(getrandom(buffer, 16, 0));
  N("getcpu", syscall(SYS_getcpu, NULL, NULL, NULL));
}

static void threads(void) {
  pthread_t id;
  pthread_attr_t attributes;
  pthread_mutex_t mutex;
  pthread_mutexattr_t kind;
  P(pthread_create(&id, NULL, thread, &id));
  void *result = NULL;
  P(pthread_join(id, &result));
  IS("a thread names itself", result == &id);
  P(pthread_setname_np(pthread_self(), "other"));
  P(pthread_attr_init(&attributes));
  P(pthread_getattr_np(pthread_self(), &attributes));
  P(pthread_mutexattr_init(&kind));
  P(pthread_mutexattr_setrobust(&kind, PTHREAD_MUTEX_ROBUST));
  P(pthread_mutexattr_setprotocol(&kind, PTHREAD_PRIO_INHERIT));
  P(pthread_mutex_init(&mutex, &kind));
  P(pthread_mutex_lock(&mutex));
  P(pthread_mutex_unlock(&mutex));
  unsigned word = 0;
  N("futex", syscall(SYS_futex, &word, FUTEX_WAKE, 1, NULL, NULL, 0));
  N("get_robust_list", syscall(SYS_get_robust_list, 0, buffer, buffer + 8));
  C(tgkill(getpid(), gettid(), 0));
}

static void signals_and_time(void) {
  struct sigaction action = {.sa_handler = handler};
  sigset_t set;
  stack_t stack = {.ss_sp = buffer, .ss_size = sizeof buffer};
  C(sigaction(SIGUSR1, &action, NULL));
  C(sigaction(SIGPROF, &action, NULL));
  C(raise(SIGUSR1));
  C(sigemptyset(&set));
  C(sigaddset(&set, SIGUSR2));
  C(sigprocmask(SIG_BLOCK, &set, NULL));
  C(sigqueue(getpid(), SIGUSR2, (union sigval){0}));
  C(sigpending(&set));
  struct timespec soon = {0, 1000}, time;
  C(sigtimedwait(&set, NULL, &soon));
  C(sigaltstack(&stack, NULL));
  C(signalfd(-1, &set, SFD_CLOEXEC));
  struct itimerval interval = {{0, 0}, {100, 0}};
  C(setitimer(ITIMER_PROF, &interval, NULL));
  C(alarm(0));
  timer_t timer;
  C(timer_create(CLOCK_MONOTONIC, NULL, &timer));
  C(timer_delete(timer));
  C(timer_create(CLOCK_THREAD_CPUTIME_ID, NULL, &timer));
  int descriptor;
  C(descriptor = timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC));
  C(timerfd_settime(descriptor, 0, &(struct itimerspec){{0, 0}, {1, 0}}, NULL));
  C(clock_gettime(CLOCK_REALTIME, &time));
  C(clock_gettime(CLOCK_MONOTONIC_RAW, &time));
  C(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time));
  C(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time));
  C(clock_gettime(CLOCK_TAI, &time));
  clockid_t clock;
  P(clock_getcpuclockid(0, &clock));
  N("its own clock by number", clock_gettime(clock, &time));
  P(pthread_getcpuclockid(pthread_self(), &clock));
  N("a thread's clock by number", clock_gettime(clock, &time));
  C(clock_getres(CLOCK_MONOTONIC, &time));
  C(nanosleep(&soon, NULL));
  N("clock_settime", clock_settime(CLOCK_REALTIME, &(struct timespec){-1, 0}));
  N("adjtimex", adjtimex(&(struct timex){0}) < 0 ? -1 : 0);
}

static void waiting(void) {
  int ends[2], set;
  C(pipe2(ends, O_CLOEXEC | O_NONBLOCK));
  C(fcntl(ends[1], F_SETPIPE_SZ, 65536));
  C(write(ends[1], "x", 1));
  struct pollfd entry = {ends[0], POLLIN, 0};
  C(poll(&entry, 1, 0));
  C(ppoll(&entry, 1, &(struct timespec){0, 0}, NULL));
  fd_set reads;
  FD_ZERO(&reads);
  FD_SET(ends[0], &reads);
  C(select(ends[0] + 1, &reads, NULL, NULL, &(struct timeval){0, 0}));
  C(set = epoll_create1(EPOLL_CLOEXEC));
  struct epoll_event event = {EPOLLIN, {0}};
  C(epoll_ctl(set, EPOLL_CTL_ADD, ends[0], &event));
  C(epoll_wait(set, &event, 1, 0));
  C(epoll_pwait2(set, &event, 1, &(struct timespec){0, 0}, NULL));
  C(eventfd(0, EFD_CLOEXEC | EFD_SEMAPHORE));
  C(tee(ends[0], ends[1], 1, SPLICE_F_NONBLOCK) < 0 && errno != EINVAL ? -1 : 0);
  C(vmsplice(ends[1], &(struct iovec){buffer, 1}, 1, SPLICE_F_NONBLOCK));
  C(splice(ends[0], NULL, open("spliced", O_CREAT | O_RDWR, 0600), NULL, 1, SPLICE_F_NONBLOCK));
  long context = 0;
  N("io_setup", syscall(SYS_io_setup, 1, &context));
}

static void sharing(void) {
  int id;
  C(id = shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600));
  C(shmat(id, NULL, 0) == (void *)-1 ? -1 : 0);
  C(shmctl(id, IPC_RMID, NULL));
  C(id = semget(IPC_PRIVATE, 1, IPC_CREAT | 0600));
  C(semop(id, &(struct sembuf){0, 1, 0}, 1));
  C(semctl(id, 0, IPC_RMID));
  C(id = msgget(IPC_PRIVATE, IPC_CREAT | 0600));
  C(msgctl(id, IPC_RMID, NULL));
  C(id = mq_open("/cloudabi-test", O_CREAT | O_RDWR, 0600, NULL));
  C(mq_send(id, "x", 1, 0));
  C(mq_unlink("/cloudabi-test"));
  sem_t *semaphore;
  N("sem_open", (semaphore = sem_open("/cloudabi-test", O_CREAT, 0600, 1)) == SEM_FAILED ? -1 : 0);
  C(sem_unlink("/cloudabi-test"));
}

static int to_itself(int family, const struct sockaddr *address, socklen_t length) {
  int server = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  struct sockaddr_storage bound;
  socklen_t size = sizeof bound;
  if (server < 0 || bind(server, address, length) < 0 || listen(server, 1) < 0) return -1;
  if (getsockname(server, (struct sockaddr *)&bound, &size) < 0) return -1;
  int client = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (client < 0 || connect(client, (struct sockaddr *)&bound, size) < 0) return -1;
  int accepted = accept4(server, NULL, NULL, SOCK_CLOEXEC);
  if (accepted < 0 || send(client, "x", 1, MSG_NOSIGNAL) < 0) return -1;
  return recv(accepted, buffer, 1, 0);
}

static int send_descriptor(int socket, int descriptor) {
  char room[CMSG_SPACE(sizeof(int))] = {0};
  struct iovec byte = {"x", 1};
  struct msghdr message = {.msg_iov = &byte, .msg_iovlen = 1, .msg_control = room, .msg_controllen = sizeof room};
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  *header = (struct cmsghdr){CMSG_LEN(sizeof(int)), SOL_SOCKET, SCM_RIGHTS};
  memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
  return sendmsg(socket, &message, 0);
}

static void sockets(void) {
  int pair[2], one = 1, socket_;
  C(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair));
  C(send_descriptor(pair[0], 1));
  C(recv(pair[1], buffer, 1, MSG_DONTWAIT));
  struct ucred peer;
  socklen_t length = sizeof peer;
  C(getsockopt(pair[0], SOL_SOCKET, SO_PEERCRED, &peer, &length));
  IS("the peer is this process", peer.pid == getpid() && peer.uid == getuid());
  C(shutdown(pair[0], SHUT_WR));
  C(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair));
  C(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair));
  C(socketpair(AF_INET, SOCK_STREAM, 0, pair));
  struct sockaddr_in loopback = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
  N("a connection by TCP", to_itself(AF_INET, (struct sockaddr *)&loopback, sizeof loopback));
  struct sockaddr_un path = {AF_UNIX, "socket"};
  N("a connection by a path", to_itself(AF_UNIX, (struct sockaddr *)&path, sizeof path));
  // The same network may have this program twice at once.
  struct sockaddr_un abstract = {AF_UNIX, ""};
  int name_length = snprintf(abstract.sun_path + 1, sizeof abstract.sun_path - 1, "cloudabi-test-%d", getpid());
  N("a connection by an abstract name", to_itself(AF_UNIX, (struct sockaddr *)&abstract, 2 + 1 + (socklen_t)name_length));
  C(socket_ = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  C(bind(socket_, (struct sockaddr *)&loopback, sizeof loopback));
  C(setsockopt(socket_, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one));
  N("sendto", sendto(socket_, "x", 1, 0, (struct sockaddr *)&loopback, sizeof loopback) < 0 && errno != EINVAL ? -1 : 0);
  C(socket(AF_INET6, SOCK_STREAM, 0));
  C(socket(AF_NETLINK, SOCK_RAW, 0));
  C(socket(AF_NETLINK, SOCK_RAW, 15));
  C(socket(AF_PACKET, SOCK_RAW, 0));
  C(socket(AF_INET, SOCK_RAW, 1));
  C(socket(AF_ALG, SOCK_SEQPACKET, 0));
  C(socket(AF_VSOCK, SOCK_STREAM, 0));
}

static void terminals_and_names(void) {
  int ours, theirs;
  struct winsize size = {24, 80, 0, 0};
  C(openpty(&ours, &theirs, NULL, NULL, &size));
  C(ioctl(theirs, TIOCGWINSZ, &size));
  C(ioctl(theirs, TIOCSTI, "x"));
  C(isatty(theirs) ? 0 : -1);
  C(open("/dev/null", O_RDWR));
  C(open("/dev/urandom", O_RDONLY));
  C(open("/dev/full", O_WRONLY));
  C(open("/dev/tty", O_RDWR));
  N("getpwuid", getpwuid(getuid()) == NULL ? -1 : 0);
  N("getgrgid", getgrgid(getgid()) == NULL ? -1 : 0);
  N("getaddrinfo", getaddrinfo("localhost", "http", NULL, &(struct addrinfo *){NULL}) != 0 ? -1 : 0);
  N("opendir /proc/self/task", opendir("/proc/self/task") == NULL ? -1 : 0);
  N("opendir /tmp", opendir("/tmp") == NULL ? -1 : 0);
  N("dlopen libm.so.6", dlopen("libm.so.6", RTLD_NOW) == NULL ? -1 : 0);
}

int main(int argc, char **argv) {
  if (argc != 2 || chdir(argv[1]) < 0) return 1;
  files();
  memory();
  processes();
  threads();
  signals_and_time();
  waiting();
  sharing();
  sockets();
  terminals_and_names();
}
