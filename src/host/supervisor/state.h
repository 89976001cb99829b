/* State that the threads of the supervisor share, and that each has of its own. */

#define PATH_ROOM 4096 /* PATH_MAX, with the NUL */
#define ROOM 65536     /* bytes of a listing or an attribute at once (XATTR_SIZE_MAX) */
#define MOST_THREADS 4
#define MOST_QUESTIONS 16 /* that wait at once */
#define MOST_WAITERS 64 /* opens that wait at once */
#define MOST_STARTS 256 /* programs that were let start and have not made a call yet */
#define MOST_GUARDED 512 /* processes whose crashes are counted, at once */
#define MOST_CRASHED 64  /* executables that have crashed */
#define MOST_CRASHES 32  /* times that are kept of each */
#define MOST_POLICIES 32 /* one that counts, one that comes, and one for each thread that judges by an older one */

/* Behind the first instructions; TypeScript fills it in (start.ts). Numbers of descriptors, sizes in bytes. */
struct parameters {
  u64 notify, proc, reports, table, table_size;
  u64 masks; /* the first of those that stand in for masked files; the empty file is the first */
  u64 threads;
  u64 asks; /* rules ask a person */
  u64 live; /* rules may change while the program runs */
  u64 text; /* then a file with the rules as text */
  u64 crashes, within, pause; /* of the crash guard, in nanoseconds; no crashes: there is none */
  u64 sockets; /* rules are about the sockets that the program connects to */
};

struct notification { /* struct seccomp_notif */
  u64 id;
  u32 pid, flags;
  i32 number;
  u32 architecture;
  u64 instruction;
  u64 argument[6];
};

struct response { /* struct seccomp_notif_resp */
  u64 id;
  i64 value;
  i32 error;
  u32 flags;
};

struct addition { /* struct seccomp_notif_addfd */
  u64 id;
  u32 flags, source, target, target_flags;
};

struct vector { void *base; u64 length; };

struct lookup { u64 flags, mode, resolve; }; /* struct open_how */

/* A path that was resolved: an object, or the directory of an entry and its name. */
struct place {
  i32 fd;
  u32 length; /* of the path; 0 for what has none, such as a pipe */
  u8 path[2 * PATH_ROOM];
  u8 name[PATH_ROOM];
};

struct shared;

/* A process that is about to execute a file: its thread, the file that was judged, and the conditions of rules that held. */
struct started {
  u32 used; /* 1: it is being filled in, 2: it counts */
  u32 group, thread;
  u64 device, inode, held;
};

/* A process whose end the crash guard waits for, and the file that it executes. */
struct guarded {
  u32 used, group;
  i32 process; /* its descriptor */
  u64 device, inode;
};

/* A file that has crashed: when, and until when it does not start. */
struct crashed {
  u64 device, inode, last, until;
  u64 times[MOST_CRASHES];
};

/* Rules as they count at a time. Those of before stay until no thread judges by them any more. */
struct policy {
  struct table table;
  u64 size, generation;
  i32 text; /* a file with them as text */
};

/* The address of a socket, in the room of `struct sockaddr_storage`. */
struct address {
  u32 length;
  i32 path; /* a descriptor of ours that the address names, or -1 */
  u64 word[16];
};

/* An open or a connect that waits, in a thread of its own. */
struct waiter {
  u32 kind, tid;
  struct shared *shared;
  u64 id, flags, asked;
  u32 pid, interrupted, entered;
  i32 fd;
  struct address address;
  u8 stack[12288];
};

/* A call that waits for the answer of a person. */
struct question {
  u64 id;
  u32 used, verdict; /* 1: yes, 2: no */
};

struct worker;

struct shared {
  struct parameters p;
  struct policy policies[MOST_POLICIES];
  struct policy *policy; /* that counts */
  struct started starts[MOST_STARTS];
  u32 starting;          /* that are used */
  u32 sealed;            /* no other will ever count */
  u32 first;             /* the first process of the program */
  u32 exact;             /* all file systems of the program tell names apart by their bytes */
  u32 inside;            /* all working directories lie in the program's root, as far as is known */
  u32 begun, ended;      /* moves of names by the program */
  u32 own;               /* process id */
  i32 self;              /* its directory of descriptors in /proc */
  u32 watch, reader, guard; /* thread ids of those that answer nothing */
  u32 guard_lock;        /* of the two tables that follow */
  struct guarded guarded[MOST_GUARDED];
  struct crashed crashed[MOST_CRASHED];
  struct worker *workers[MOST_THREADS + MOST_QUESTIONS];
  struct question questions[MOST_QUESTIONS];
  u32 closed;            /* the launcher gives no answers any more */
  u32 waiting;               /* opens wait, perhaps */
  struct waiter *waiters;
  u32 tokens, lost;      /* reports that may still be sent in this second, and those that were not */
  u64 second;
};

struct worker {
  u32 kind, tid;
  u32 retires; /* another thread has taken its place */
  struct shared *shared;
  struct notification n;
  struct policy *policy; /* by which it judges a call */
  u32 moves; /* that had begun when the text of a directory was taken */
  u64 held; /* conditions of rules that hold for the process */
  u32 has_held;
  u32 mask;
  u8 text[2 * PATH_ROOM], second[2 * PATH_ROOM], scratch[2 * PATH_ROOM], executable[PATH_ROOM];
  struct place one, two;
  u8 room[ROOM];
  u8 stack[65536];
};

/* Results of calls besides values and negative errors. */
#define ANSWERED (1l << 60) /* nothing is left to say */
#define GO_ON (1l << 61)    /* the kernel makes the call */

/* Verdicts of `judge` besides 0 and negative errors. */
#define APPEND_ONLY 1
#define MASKED 2 /* and the number of the mask */

FUNCTION i64 put_number(u8 *to, u64 number)
{
  u8 digits[20];
  i64 count = 0;
  do digits[count++] = (u8)('0' + number % 10); while ((number /= 10) != 0);
  for (i64 i = 0; i < count; i++) to[i] = digits[count - 1 - i];
  return count;
}

/* Answers a call with a value or a negative error, or lets the kernel make it. */
FUNCTION void answer(struct shared *s, u64 id, i64 result)
{
  struct response response;
  response.id = id;
  response.value = result >= 0 && result != GO_ON ? result : 0;
  response.error = result < 0 ? (i32)result : 0;
  response.flags = result == GO_ON ? SECCOMP_USER_NOTIF_FLAG_CONTINUE : 0;
  call(nr_ioctl, (i64)s->p.notify, SECCOMP_IOCTL_NOTIF_SEND, (i64)&response, 0, 0, 0);
}

FUNCTION u32 length_of(const u8 *text)
{
  u32 length = 0;
  while (text[length] != 0) length++;
  return length;
}

static inline void shut(i64 fd)
{
  if (fd >= 0) call(nr_close, fd, 0, 0, 0, 0, 0);
}

/* Hands a descriptor over as the result of a call, and closes it. */
FUNCTION i64 give(struct shared *s, u64 id, i64 fd, u64 flags)
{
  struct addition add;
  i64 got;
  add.id = id;
  add.flags = SECCOMP_ADDFD_FLAG_SEND;
  add.source = (u32)fd;
  add.target = 0;
  add.target_flags = (u32)(flags & O_CLOEXEC);
  got = call(nr_ioctl, (i64)s->p.notify, SECCOMP_IOCTL_NOTIF_ADDFD, (i64)&add, 0, 0, 0);
  shut(fd);
  return got < 0 ? got : ANSWERED;
}
