/*
 * Tries each right with and without it: a module and an executable write the same lines. The argdata is a list: a directory with
 * all rights, where lines go, a process that has ended, and a list of files with all rights, each of which is mapped once.
 */
#include <argdata.h>
#include <cloudabi_syscalls.h>
#include <program.h>
#include <stdio.h>
#include <string.h>

#define SAY(...) dprintf(output, __VA_ARGS__)
#define TEXT(text) text, sizeof(text) - 1
#define MUST(what)                                            \
  do {                                                        \
    cloudabi_errno_t error_ = (what);                         \
    if (error_ != 0) {                                        \
      SAY("line %d ends with %d\n", __LINE__, error_);        \
      cloudabi_sys_proc_exit(1);                              \
    }                                                         \
  } while (0)

typedef cloudabi_errno_t error_t;
typedef cloudabi_fd_t fd_t;

static int root, output, process;
static fd_t file, directory, other, sock, peer;
static argdata_seq_iterator_t mappable;

static cloudabi_lookup_t at(fd_t fd) { return (cloudabi_lookup_t){fd, 0}; }

static cloudabi_fdstat_t stat_of(fd_t fd) {
  cloudabi_fdstat_t stat;
  MUST(cloudabi_sys_fd_stat_get(fd, &stat));
  return stat;
}

static void take_away(fd_t fd, cloudabi_rights_t base, cloudabi_rights_t inheriting) {
  cloudabi_fdstat_t stat = stat_of(fd);
  stat.fs_rights_base &= ~base;
  stat.fs_rights_inheriting &= ~inheriting;
  MUST(cloudabi_sys_fd_stat_put(fd, &stat, CLOUDABI_FDSTAT_RIGHTS));
}

/* Opens with all that a directory passes on. */
static fd_t open_with_all(fd_t from, const char *path, cloudabi_oflags_t how) {
  cloudabi_fdstat_t parent = stat_of(from), wish;
  memset(&wish, 0, sizeof(wish));
  wish.fs_rights_base = wish.fs_rights_inheriting = parent.fs_rights_inheriting;
  /* Not those with which a directory cannot be opened, such as that to write. */
  if (how & CLOUDABI_O_DIRECTORY) wish.fs_rights_base &= stat_of(root).fs_rights_base;
  fd_t fd;
  MUST(cloudabi_sys_file_open(at(from), path, strlen(path), how, &wish, &fd));
  return fd;
}

static void write_file(fd_t in, const char *path, const char *text) {
  fd_t fd = open_with_all(in, path, CLOUDABI_O_CREAT);
  cloudabi_ciovec_t bytes = {text, strlen(text)};
  size_t done;
  MUST(cloudabi_sys_fd_write(fd, &bytes, 1, &done));
  MUST(cloudabi_sys_fd_close(fd));
}

static void set_up(void) {
  MUST(cloudabi_sys_file_create(root, TEXT("place"), CLOUDABI_FILETYPE_DIRECTORY));
  directory = open_with_all(root, "place", CLOUDABI_O_DIRECTORY);
  MUST(cloudabi_sys_file_create(directory, TEXT("other"), CLOUDABI_FILETYPE_DIRECTORY));
  MUST(cloudabi_sys_file_create(directory, TEXT("empty"), CLOUDABI_FILETYPE_DIRECTORY));
  other = open_with_all(directory, "other", CLOUDABI_O_DIRECTORY);
  write_file(directory, "name", "contents");
  write_file(other, "name", "contents");
  file = open_with_all(directory, "name", 0);
  MUST(cloudabi_sys_fd_create2(CLOUDABI_FILETYPE_SOCKET_STREAM, &sock, &peer));
  cloudabi_ciovec_t bytes = {TEXT("something")};
  size_t done;
  MUST(cloudabi_sys_fd_write(peer, &bytes, 1, &done));
}

/* Names that can be there, and a hash of their types, sizes and times. */
static const char *const places[] = {"place/name", "place/new", "place/empty", "place/other/name", "place/other/new"};
static uint64_t look(void) {
  uint64_t seen = 7;
  for (size_t place = 0; place < sizeof(places) / sizeof(places[0]); place++) {
    cloudabi_filestat_t stat;
    memset(&stat, 0, sizeof(stat));
    error_t error = cloudabi_sys_file_stat_get(at(root), places[place], strlen(places[place]), &stat);
    if (stat.st_filetype == CLOUDABI_FILETYPE_DIRECTORY) stat.st_size = 0;
    seen = seen * 1000003 + error + stat.st_size + stat.st_mtim + stat.st_nlink + stat.st_filetype;
  }
  return seen;
}

static void clear(void) {
  const fd_t fds[] = {file, directory, other, sock, peer};
  for (size_t index = 0; index < sizeof(fds) / sizeof(fds[0]); index++) MUST(cloudabi_sys_fd_close(fds[index]));
  for (size_t place = 0; place < sizeof(places) / sizeof(places[0]); place++) {
    const char *path = places[place];
    if (cloudabi_sys_file_unlink(root, path, strlen(path), 0) != 0)
      cloudabi_sys_file_unlink(root, path, strlen(path), CLOUDABI_UNLINK_REMOVEDIR);
  }
  MUST(cloudabi_sys_file_unlink(root, TEXT("place/other"), CLOUDABI_UNLINK_REMOVEDIR));
  MUST(cloudabi_sys_file_unlink(root, TEXT("place"), CLOUDABI_UNLINK_REMOVEDIR));
}

static char buffer[512];
static const cloudabi_iovec_t in = {buffer, 4};
static const cloudabi_ciovec_t out = {"four", 4};
static size_t count;
static cloudabi_filesize_t offset;

static error_t open_as(cloudabi_oflags_t how, cloudabi_fdflags_t flags, cloudabi_rights_t rights) {
  cloudabi_fdstat_t wish;
  memset(&wish, 0, sizeof(wish));
  wish.fs_rights_base = rights;
  wish.fs_flags = flags;
  fd_t fd;
  error_t error = cloudabi_sys_file_open(at(directory), TEXT("name"), how, &wish, &fd);
  if (error == 0) MUST(cloudabi_sys_fd_close(fd));
  return error;
}

static error_t wait_for(cloudabi_eventtype_t type, fd_t fd) {
  cloudabi_subscription_t wanted;
  memset(&wanted, 0, sizeof(wanted));
  wanted.type = type;
  if (type == CLOUDABI_EVENTTYPE_PROC_TERMINATE) wanted.proc_terminate.fd = fd;
  else wanted.fd_readwrite.fd = fd;
  cloudabi_event_t event;
  error_t error = cloudabi_sys_poll(&wanted, &event, 1, &count);
  return error ? error : event.error;
}

static error_t map(fd_t fd, cloudabi_mprot_t protection) {
  void *mapping;
  error_t error = cloudabi_sys_mem_map(0, 4096, protection, CLOUDABI_MAP_PRIVATE, fd, 0, &mapping);
  if (error == 0) MUST(cloudabi_sys_mem_unmap(mapping, 4096));
  return error;
}

static error_t datasync(fd_t fd) { return cloudabi_sys_fd_datasync(fd); }
static error_t synchronize(fd_t fd) { return cloudabi_sys_fd_sync(fd); }
static error_t read_it(fd_t fd) { return cloudabi_sys_fd_read(fd, &in, 1, &count); }
static error_t pread_it(fd_t fd) { return cloudabi_sys_fd_pread(fd, &in, 1, 0, &count); }
static error_t write_it(fd_t fd) { return cloudabi_sys_fd_write(fd, &out, 1, &count); }
static error_t pwrite_it(fd_t fd) { return cloudabi_sys_fd_pwrite(fd, &out, 1, 0, &count); }
static error_t seek(fd_t fd) { return cloudabi_sys_fd_seek(fd, 1, CLOUDABI_WHENCE_SET, &offset); }
static error_t receive(fd_t fd) {
  cloudabi_recv_in_t message = {.ri_data = &in, .ri_data_len = 1};
  cloudabi_recv_out_t received;
  return cloudabi_sys_sock_recv(fd, &message, &received);
}
static error_t send(fd_t fd) {
  cloudabi_send_in_t message = {.si_data = &out, .si_data_len = 1};
  cloudabi_send_out_t sent;
  return cloudabi_sys_sock_send(fd, &message, &sent);
}
static error_t poll_read(fd_t fd) { return wait_for(CLOUDABI_EVENTTYPE_FD_READ, fd); }
static error_t poll_write(fd_t fd) { return wait_for(CLOUDABI_EVENTTYPE_FD_WRITE, fd); }
static error_t poll_process(fd_t fd) { return wait_for(CLOUDABI_EVENTTYPE_PROC_TERMINATE, fd); }
static error_t map_reading(fd_t fd) { return map(fd, CLOUDABI_PROT_READ); }
static error_t map_writing(fd_t fd) { return map(fd, CLOUDABI_PROT_READ | CLOUDABI_PROT_WRITE); }
static error_t map_executing(fd_t fd) { return map(fd, CLOUDABI_PROT_EXEC); }
static error_t put_flags(fd_t fd) {
  cloudabi_fdstat_t stat;
  memset(&stat, 0, sizeof(stat));
  return cloudabi_sys_fd_stat_put(fd, &stat, CLOUDABI_FDSTAT_FLAGS);
}
static error_t advise(fd_t fd) { return cloudabi_sys_file_advise(fd, 0, 0, CLOUDABI_ADVICE_NORMAL); }
static error_t allocate(fd_t fd) { return cloudabi_sys_file_allocate(fd, 0, 4096); }
static error_t make_directory(fd_t fd) { return cloudabi_sys_file_create(fd, TEXT("new"), CLOUDABI_FILETYPE_DIRECTORY); }
static error_t make_file(fd_t fd) { return (void)fd, open_as(CLOUDABI_O_CREAT, 0, 0); }
static error_t open_it(fd_t fd) { return (void)fd, open_as(0, 0, 0); }
static error_t truncating(fd_t fd) { return (void)fd, open_as(CLOUDABI_O_TRUNC, 0, 0); }
static error_t link_from(fd_t fd) { return cloudabi_sys_file_link(at(fd), TEXT("name"), other, TEXT("new")); }
static error_t link_to(fd_t fd) { return cloudabi_sys_file_link(at(other), TEXT("name"), fd, TEXT("new")); }
static error_t rename_from(fd_t fd) { return cloudabi_sys_file_rename(fd, TEXT("name"), other, TEXT("new")); }
static error_t rename_to(fd_t fd) { return cloudabi_sys_file_rename(other, TEXT("name"), fd, TEXT("new")); }
static error_t list(fd_t fd) { return cloudabi_sys_file_readdir(fd, buffer, sizeof(buffer), 0, &count); }
static error_t read_link(fd_t fd) { return cloudabi_sys_file_readlink(fd, TEXT("name"), buffer, 64, &count); }
static error_t fget(fd_t fd) {
  cloudabi_filestat_t stat;
  return cloudabi_sys_file_stat_fget(fd, &stat);
}
static error_t fput(fd_t fd, cloudabi_fsflags_t what) {
  cloudabi_filestat_t stat;
  memset(&stat, 0, sizeof(stat));
  return cloudabi_sys_file_stat_fput(fd, &stat, what);
}
static error_t put_size(fd_t fd) { return fput(fd, CLOUDABI_FILESTAT_SIZE); }
static error_t put_times(fd_t fd) { return fput(fd, CLOUDABI_FILESTAT_MTIM); }
static error_t get(fd_t fd) {
  cloudabi_filestat_t stat;
  return cloudabi_sys_file_stat_get(at(fd), TEXT("name"), &stat);
}
static error_t put(fd_t fd) {
  cloudabi_filestat_t stat;
  memset(&stat, 0, sizeof(stat));
  return cloudabi_sys_file_stat_put(at(fd), TEXT("name"), &stat, CLOUDABI_FILESTAT_ATIM_NOW);
}
static error_t symlink_it(fd_t fd) { return cloudabi_sys_file_symlink(TEXT("name"), fd, TEXT("new")); }
static error_t remove_file(fd_t fd) { return cloudabi_sys_file_unlink(fd, TEXT("name"), 0); }
static error_t remove_directory(fd_t fd) { return cloudabi_sys_file_unlink(fd, TEXT("empty"), CLOUDABI_UNLINK_REMOVEDIR); }
static error_t execute(fd_t fd) { return cloudabi_sys_proc_exec(fd, 0, 0, 0, 0); }
static error_t shut(fd_t fd) { return cloudabi_sys_sock_shutdown(fd, CLOUDABI_SHUT_RD); }

enum subject { FILE_, DIRECTORY_, SOCKET_, PROCESS_, MAPPABLE };
struct row {
  const char *name, *call;
  cloudabi_rights_t right;
  enum subject subject;
  error_t (*act)(fd_t);
};
#define ROW(right, call, subject, act) {#right, call, CLOUDABI_RIGHT_##right, subject, act}
static const struct row rows[] = {
    ROW(FD_DATASYNC, "fd_datasync", FILE_, datasync),
    ROW(FD_READ, "fd_read", FILE_, read_it),
    ROW(FD_READ, "fd_pread", FILE_, pread_it),
    ROW(FD_READ, "sock_recv", SOCKET_, receive),
    ROW(FD_READ, "poll", SOCKET_, poll_read),
    ROW(FD_READ, "mem_map", MAPPABLE, map_reading),
    ROW(FD_SEEK, "fd_seek", FILE_, seek),
    ROW(FD_SEEK, "fd_pread", FILE_, pread_it),
    ROW(FD_SEEK, "fd_pwrite", FILE_, pwrite_it),
    ROW(FD_STAT_PUT_FLAGS, "fd_stat_put", FILE_, put_flags),
    ROW(FD_SYNC, "fd_sync", FILE_, synchronize),
    ROW(FD_WRITE, "fd_write", FILE_, write_it),
    ROW(FD_WRITE, "fd_pwrite", FILE_, pwrite_it),
    ROW(FD_WRITE, "sock_send", SOCKET_, send),
    ROW(FD_WRITE, "poll", SOCKET_, poll_write),
    ROW(FD_WRITE, "mem_map", MAPPABLE, map_writing),
    ROW(FILE_ADVISE, "file_advise", FILE_, advise),
    ROW(FILE_ALLOCATE, "file_allocate", FILE_, allocate),
    ROW(FILE_CREATE_DIRECTORY, "file_create", DIRECTORY_, make_directory),
    ROW(FILE_CREATE_FILE, "file_open", DIRECTORY_, make_file),
    ROW(FILE_LINK_SOURCE, "file_link", DIRECTORY_, link_from),
    ROW(FILE_LINK_TARGET, "file_link", DIRECTORY_, link_to),
    ROW(FILE_OPEN, "file_open", DIRECTORY_, open_it),
    ROW(FILE_READDIR, "file_readdir", DIRECTORY_, list),
    ROW(FILE_READLINK, "file_readlink", DIRECTORY_, read_link),
    ROW(FILE_RENAME_SOURCE, "file_rename", DIRECTORY_, rename_from),
    ROW(FILE_RENAME_TARGET, "file_rename", DIRECTORY_, rename_to),
    ROW(FILE_STAT_FGET, "file_stat_fget", FILE_, fget),
    ROW(FILE_STAT_FPUT_SIZE, "file_stat_fput", FILE_, put_size),
    ROW(FILE_STAT_FPUT_SIZE, "file_open", DIRECTORY_, truncating),
    ROW(FILE_STAT_FPUT_TIMES, "file_stat_fput", FILE_, put_times),
    ROW(FILE_STAT_GET, "file_stat_get", DIRECTORY_, get),
    ROW(FILE_STAT_PUT_TIMES, "file_stat_put", DIRECTORY_, put),
    ROW(FILE_SYMLINK, "file_symlink", DIRECTORY_, symlink_it),
    ROW(FILE_UNLINK, "file_unlink", DIRECTORY_, remove_file),
    ROW(FILE_UNLINK, "file_unlink", DIRECTORY_, remove_directory),
    ROW(MEM_MAP, "mem_map", MAPPABLE, map_reading),
    ROW(MEM_MAP_EXEC, "mem_map", FILE_, map_executing),
    ROW(POLL_FD_READWRITE, "poll", SOCKET_, poll_write),
    ROW(POLL_PROC_TERMINATE, "poll", PROCESS_, poll_process),
    ROW(PROC_EXEC, "proc_exec", FILE_, execute),
    ROW(SOCK_SHUTDOWN, "sock_shutdown", SOCKET_, shut),
};

/* The descriptor of a row. Copies cannot be mapped by an executable, so that each of those is a grant of its own. */
static fd_t subject(enum subject which) {
  fd_t copy;
  const argdata_t *value;
  int granted;
  switch (which) {
  case FILE_: return file;
  case DIRECTORY_: return directory;
  case SOCKET_: return sock;
  case PROCESS_:
    MUST(cloudabi_sys_fd_dup(process, &copy));
    return copy;
  default:
    if (!argdata_seq_get(&mappable, &value) || argdata_get_fd(value, &granted) != 0) cloudabi_sys_proc_exit(2);
    argdata_seq_next(&mappable);
    return granted;
  }
}

/* Sends a descriptor to itself; the error, or that of the call with what came. */
static error_t by_way_of(cloudabi_filetype_t type, const struct row *row, fd_t fd) {
  fd_t from, to, came = 0;
  MUST(cloudabi_sys_fd_create2(type, &from, &to));
  cloudabi_send_in_t message = {.si_data = &out, .si_data_len = 1, .si_fds = &fd, .si_fds_len = 1};
  cloudabi_send_out_t sent;
  error_t error = cloudabi_sys_sock_send(from, &message, &sent);
  if (error == 0) {
    cloudabi_recv_in_t room = {.ri_data = &in, .ri_data_len = 1, .ri_fds = &came, .ri_fds_len = 1};
    cloudabi_recv_out_t received;
    MUST(cloudabi_sys_sock_recv(to, &room, &received));
    if (received.ro_fdslen != 1) cloudabi_sys_proc_exit(3);
    if (stat_of(came).fs_rights_base & row->right) SAY("%s came back by a message\n", row->name);
    MUST(cloudabi_sys_fd_replace(came, fd));
    error = row->act(fd);
    MUST(cloudabi_sys_fd_close(came));
  }
  MUST(cloudabi_sys_fd_close(from));
  MUST(cloudabi_sys_fd_close(to));
  return error;
}

static void try(const struct row *row) {
  set_up();
  error_t with = row->act(subject(row->subject));
  clear();
  set_up();
  fd_t fd = subject(row->subject), copy;
  take_away(fd, row->right, 0);
  uint64_t before = look();
  error_t without = row->act(fd);
  int same = look() == before;
  /* A copy has the right no more, nor has what is put over it. */
  MUST(cloudabi_sys_fd_dup(fd, &copy));
  error_t copied = row->act(row->subject == DIRECTORY_ ? fd : copy);
  MUST(cloudabi_sys_fd_replace(copy, fd));
  error_t replaced = row->act(fd);
  MUST(cloudabi_sys_fd_close(copy));
  cloudabi_fdstat_t stat = stat_of(fd), now;
  stat.fs_rights_base |= row->right;
  error_t asked = cloudabi_sys_fd_stat_put(fd, &stat, CLOUDABI_FDSTAT_RIGHTS);
  now = stat_of(fd);
  int kept = now.fs_rights_base == (stat.fs_rights_base & ~row->right) && now.fs_rights_inheriting == stat.fs_rights_inheriting;
  error_t stream = by_way_of(CLOUDABI_FILETYPE_SOCKET_STREAM, row, fd);
  error_t datagrams = by_way_of(CLOUDABI_FILETYPE_SOCKET_DGRAM, row, fd);
  same = same && look() == before;
  clear();
  SAY("%s %s %d %d %d %d %d %d %d %d %d\n", row->name, row->call, with, without, copied, replaced, asked, stream, datagrams, kept,
      same);
}

/* Nothing is opened with a right that the directory does not pass on, nor with a bit that is no right. */
static void passed_on(void) {
  for (int bit = 0; bit < 64; bit++) {
    cloudabi_rights_t right = 1ull << bit;
    set_up();
    int is_right = (stat_of(root).fs_rights_inheriting & right) != 0;
    if (is_right) take_away(directory, 0, right);
    cloudabi_fdstat_t wish;
    fd_t fd;
    memset(&wish, 0, sizeof(wish));
    wish.fs_rights_base = right;
    error_t base = cloudabi_sys_file_open(at(directory), TEXT("name"), 0, &wish, &fd);
    wish.fs_rights_base = 0;
    wish.fs_rights_inheriting = right;
    error_t inheriting = cloudabi_sys_file_open(at(directory), TEXT("name"), 0, &wish, &fd);
    cloudabi_fdstat_t stat = stat_of(file), now;
    stat.fs_rights_base |= right;
    error_t put = is_right ? 0 : cloudabi_sys_fd_stat_put(file, &stat, CLOUDABI_FDSTAT_RIGHTS);
    now = stat_of(file);
    SAY("bit %d %d %d %d %d %d\n", bit, is_right, base, inheriting, put, (now.fs_rights_base & right) != 0 && !is_right);
    clear();
  }
}

void program_main(const argdata_t *ad) {
  argdata_seq_iterator_t it;
  const argdata_t *value;
  argdata_seq_iterate(ad, &it);
  for (int index = 0; argdata_seq_get(&it, &value); index++, argdata_seq_next(&it)) {
    if (index == 0) argdata_get_fd(value, &root);
    else if (index == 1) argdata_get_fd(value, &output);
    else if (index == 2) argdata_get_fd(value, &process);
    else argdata_seq_iterate(value, &mappable);
  }
  for (size_t index = 0; index < sizeof(rows) / sizeof(rows[0]); index++) try(&rows[index]);
  passed_on();
  SAY("end\n");
}
