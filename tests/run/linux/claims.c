// Makes attempts that a plan claims to be impossible, by raw system calls: claims ATTEMPT [ARGUMENT] ...
// Prints a line for each: what was tried and `held`, or `broken` with the answer.
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <netinet/in.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

// Exit status of an attempt that came to its end.
enum { DONE = 42 };

static const char *attempt, *argument;
static int broken;

// Prints the result of an attempt: refusals are errors, but for errors of checks that come after the refusing one.
static void met(const char *what, long result) {
  int refused = result == -1 && errno != ENXIO && errno != EFAULT && errno != EAGAIN && errno != EINPROGRESS;
  if (!refused) {
    broken = 1;
    printf("broken: %s %s: %s answered %s\n", attempt, argument, what, result == -1 ? strerrorname_np(errno) : "success");
  }
}

static void absent(const char *what, int holds) {
  if (!holds) {
    broken = 1;
    printf("broken: %s %s: %s\n", attempt, argument, what);
  }
}

static char *beneath(const char *name) {
  char *path;
  if (asprintf(&path, "%s/%s", argument, name) < 0) abort();
  return path;
}

static void read_file(void) {
  met("open", open(argument, O_RDONLY | O_NONBLOCK));
  met("openat", syscall(SYS_openat, AT_FDCWD, argument, O_RDONLY, 0));
  met("execve", execve(argument, (char *[]){"x", NULL}, NULL));
}

static void see_name(void) {
  struct stat stats;
  met("stat", stat(argument, &stats));
  met("access", access(argument, F_OK));
  met("O_PATH", open(argument, O_PATH));
}

static void change_file(void) {
  met("open to write", open(argument, O_WRONLY | O_NONBLOCK));
  met("open to read and write", open(argument, O_RDWR | O_NONBLOCK));
  met("truncate", truncate(argument, 0));
  int file = open(argument, O_RDONLY);
  if (file >= 0) {
    void *mapped = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    met("mmap", mapped == MAP_FAILED ? -1 : 0);
  }
}

static void change_directory(void) {
  met("create", open(beneath("made"), O_WRONLY | O_CREAT | O_EXCL, 0666));
  met("mkdir", mkdir(beneath("made-directory"), 0777));
  met("symlink", symlink("/", beneath("made-link")));
  met("mkfifo", mkfifo(beneath("made-pipe"), 0666));
  met("unlink", unlink(beneath("file")));
  met("rename", rename(beneath("file"), beneath("renamed")));
  met("link", link(beneath("file"), beneath("linked")));
  met("rmdir", rmdir(beneath("folder")));
}

static void change_attributes(void) {
  met("chmod", chmod(argument, 0640));
  met("chown", chown(argument, getuid(), getgid()));
  struct timespec times[2] = {{1, 0}, {1, 0}};
  met("utimensat", utimensat(AT_FDCWD, argument, times, 0));
  met("setxattr", setxattr(argument, "user.claims", "x", 1, 0));
  int file = open(argument, O_RDONLY);
  if (file >= 0) {
    met("fchmod", fchmod(file, 0640));
    met("futimens", futimens(file, times));
  }
}

static void write_pipe(void) { met("open of a named pipe", open(argument, O_WRONLY | O_NONBLOCK)); }

static void start_program(void) {
  met("execve", execve(argument, (char *[]){"x", NULL}, NULL));
  int file = open(argument, O_RDONLY);
  if (file < 0) return;
  met("execveat", syscall(SYS_execveat, file, "", (char *[]){"x", NULL}, NULL, AT_EMPTY_PATH));
}

static void map_code(void) {
  int file = open(argument, O_RDONLY);
  void *mapped = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, file, 0);
  met("mmap", mapped == MAP_FAILED ? -1 : 0);
}

static void move_away(void) {
  char *other;
  if (asprintf(&other, "%s-moved", argument) < 0) abort();
  met("rename", rename(argument, other));
  met("rmdir", rmdir(argument));
  met("unlink", unlink(argument));
  mkdir(other, 0777);
  met("exchange", syscall(SYS_renameat2, AT_FDCWD, argument, AT_FDCWD, other, 2));
}

static int reach(int family, int type, int protocol) {
  // A call that is never answered ends the attempt.
  alarm(20);
  return socket(family, type | SOCK_CLOEXEC, protocol);
}

static long connect_tcp(int port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int tcp = reach(AF_INET, SOCK_STREAM, 0);
  return tcp < 0 ? -1 : connect(tcp, (void *)&address, sizeof address);
}

static void use_tcp(void) {
  met("connect", connect_tcp(atoi(argument)));
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(argument)), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int tcp = reach(AF_INET, SOCK_STREAM, 0);
  met("fast open", tcp < 0 ? -1 : sendto(tcp, "x", 1, MSG_FASTOPEN, (void *)&address, sizeof address));
  int multipath = reach(AF_INET, SOCK_STREAM, 262);
  met("MPTCP", multipath < 0 ? -1 : connect(multipath, (void *)&address, sizeof address));
}

static void send_datagrams(void) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(argument)), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int udp = reach(AF_INET, SOCK_DGRAM, 0);
  met("sendto", udp < 0 ? -1 : sendto(udp, "x", 1, 0, (void *)&address, sizeof address));
}

static void listen_anywhere(void) {
  int tcp = reach(AF_INET, SOCK_STREAM, 0);
  met("listen", tcp < 0 ? -1 : listen(tcp, 1));
}

static void bind_port(void) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(argument)), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int tcp = reach(AF_INET, SOCK_STREAM, 0);
  met("bind", tcp < 0 ? -1 : bind(tcp, (void *)&address, sizeof address));
}

static void call_service(int abstract, int padded) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  strncpy(address.sun_path + abstract, argument, sizeof address.sun_path - 2);
  // Some pad an abstract name with zeros.
  socklen_t exact = offsetof(struct sockaddr_un, sun_path) + abstract + strlen(argument) + !abstract;
  socklen_t length = padded ? sizeof address : exact;
  for (int type = SOCK_STREAM; type <= SOCK_DGRAM; type++) {
    int local = reach(AF_UNIX, type, 0);
    met("connect", local < 0 ? -1 : connect(local, (void *)&address, length));
  }
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_DGRAM, 0, pair) == 0) met("sendto of a pair", sendto(pair[0], "x", 1, 0, (void *)&address, length));
}

static void call_path(void) { call_service(0, 0); }

static void call_abstract(void) {
  call_service(1, 0);
  call_service(1, 1);
}

static void signal_process(void) {
  pid_t pid = atoi(argument);
  met("kill", kill(pid, 0));
  met("kill of its group", kill(-pid, 0));
  met("tgkill", syscall(SYS_tgkill, pid, pid, 0));
  int process = syscall(SYS_pidfd_open, pid, 0);
  met("pidfd_send_signal", process < 0 ? -1 : syscall(SYS_pidfd_send_signal, process, 0, NULL, 0));
  met("ptrace", syscall(SYS_ptrace, 16, pid, 0, 0));
  char byte;
  struct { void *base; size_t length; } here = {&byte, 1}, there = {(void *)&byte, 1};
  met("process_vm_readv", syscall(SYS_process_vm_readv, pid, &here, 1, &there, 1, 0));
}

static void see_process(void) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%s", argument);
  met("/proc", access(path, F_OK));
  met("getpgid", getpgid(atoi(argument)));
  met("sched_getscheduler", syscall(SYS_sched_getscheduler, atoi(argument)));
}

static void attach_segment(void) {
  void *segment = shmat(atoi(argument), NULL, SHM_RDONLY);
  met("shmat", segment == (void *)-1 ? -1 : 0);
  met("shmctl", shmctl(atoi(argument), IPC_RMID, NULL));
}

static void open_queue(void) { met("mq_open", syscall(SYS_mq_open, argument, O_RDWR, 0, NULL)); }

static void use_terminal(void) {
  char typed = 'x';
  met("open of /dev/tty", open("/dev/tty", O_RDWR));
  for (int stream = 0; stream < 3; stream++) met("TIOCSTI", ioctl(stream, TIOCSTI, &typed));
  met("open of a terminal", open(argument, O_RDWR | O_NOCTTY));
}

static void gain_rights(void) {
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct sets[2] = {{0}};
  syscall(SYS_capget, &header, sets);
  absent("it has capabilities", (sets[0].permitted | sets[1].permitted | sets[0].effective | sets[1].effective) == 0);
  absent("privileges can be gained", prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1);
  sets[0].effective = sets[0].permitted = ~0u;
  met("capset", syscall(SYS_capset, &header, sets));
  met("chroot", chroot("/"));
  // Changes nothing where it succeeds.
  met("fsopen", syscall(SYS_fsopen, "tmpfs", 1));
  if (getuid() != 12345) met("setuid", setuid(12345));
}

// The argument names the groups of calls that are granted.
static void met_unless(const char *group, const char *what, long result) {
  if (strstr(argument, group) == NULL) met(what, result);
}

static void use_kernel(void) {
  met_unless("bpf", "bpf", syscall(SYS_bpf, 0, NULL, 0));
  met_unless("io_uring", "io_uring_setup", syscall(SYS_io_uring_setup, 1, NULL));
  met_unless("page_faults", "userfaultfd", syscall(SYS_userfaultfd, 1));
  met_unless("performance", "perf_event_open", syscall(SYS_perf_event_open, NULL, 0, -1, -1, 0));
  met_unless("keyrings", "keyctl", syscall(SYS_keyctl, 0, -3, 0));
  met_unless("keyrings", "add_key", syscall(SYS_add_key, "user", "x", "x", 1, -3));
  met("kexec_load", syscall(SYS_kexec_load, 0, 0, NULL, 0));
  met("init_module", syscall(SYS_init_module, NULL, 0, ""));
  met_unless("watch_files", "fanotify_init", syscall(SYS_fanotify_init, 0, 0));
  met_unless("numa", "mbind", syscall(SYS_mbind, 0, 0, 0, NULL, 0, 0));
  met_unless("debug", "kcmp", syscall(SYS_kcmp, getpid(), getpid(), 0, 0, 0));
  if (strstr(argument, "namespaces") != NULL) return;
  met("unshare", syscall(SYS_unshare, 0x10000000));
  met("clone", syscall(SYS_clone, 0x10000000 | SIGCHLD, 0, 0, 0, 0));
}

// A descriptor that may only be read, or only be written: itself, opened again by its name, and its attributes.
static void write_descriptor(void) {
  int number = atoi(argument);
  met("write", write(number, "x", 1));
  char path[64];
  snprintf(path, sizeof path, "/proc/self/fd/%d", number);
  met("open again", open(path, O_WRONLY | O_NONBLOCK));
  met("ftruncate", ftruncate(number, 0));
}

static void read_descriptor(void) {
  int number = atoi(argument);
  char byte;
  met("read", read(number, &byte, 1));
  char path[64];
  snprintf(path, sizeof path, "/proc/self/fd/%d", number);
  met("open again", open(path, O_RDONLY | O_NONBLOCK));
}

static const struct { const char *name; void (*run)(void); } attempts[] = {
  {"read-file", read_file}, {"see-name", see_name}, {"change-file", change_file},
  {"change-directory", change_directory}, {"change-attributes", change_attributes}, {"write-pipe", write_pipe},
  {"start-program", start_program}, {"map-code", map_code}, {"move-away", move_away}, {"use-tcp", use_tcp},
  {"send-datagrams", send_datagrams}, {"listen", listen_anywhere}, {"bind-port", bind_port},
  {"call-path", call_path}, {"call-abstract", call_abstract}, {"signal-process", signal_process},
  {"see-process", see_process}, {"attach-segment", attach_segment}, {"open-queue", open_queue},
  {"use-terminal", use_terminal}, {"gain-rights", gain_rights}, {"use-kernel", use_kernel},
  {"write-descriptor", write_descriptor}, {"read-descriptor", read_descriptor},
};

// Each in a child: some end the process that makes them.
int main(int count, char **arguments) {
  for (int index = 1; index + 1 < count; index += 2) {
    attempt = arguments[index];
    argument = arguments[index + 1];
    unsigned chosen = 0;
    while (chosen < sizeof attempts / sizeof *attempts && strcmp(attempts[chosen].name, attempt) != 0) chosen++;
    if (chosen == sizeof attempts / sizeof *attempts) {
      printf("unknown: %s\n", attempt);
      continue;
    }
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
      attempts[chosen].run();
      if (!broken) printf("held: %s %s\n", attempt, argument);
      fflush(stdout);
      _exit(DONE);
    }
    int status;
    waitpid(child, &status, 0);
    // Another program may have taken its place.
    if (!WIFEXITED(status) || WEXITSTATUS(status) != DONE) printf("broken: %s %s: ended with %x\n", attempt, argument, status);
  }
  return 0;
}
