/*
 * `cloudabi-oci` for the commands that engines give most, which need no JavaScript: state, start, kill, delete. All others
 * are handed to Node. A static program without a library; scripts/build-machine-code.js compiles it.
 *
 * A container is a directory beneath --root (src/oci/container-state.ts): `state` has a line for each fact, `gate` is the pipe
 * on which its first process waits for `start`. Processes are opened first (pidfd_open(2)) and compared by the time of
 * their start then, so that no signal ever reaches another process that has got the same number.
 */
#include "base.h"
#include "native/text.h"
#include "native/log.h"
#include "native/container.h"
#include "native/groups.h"

static int fails_for(const char *before, const char *id, const char *behind)
{
  struct text message;
  begin_text(&message);
  add(&message, before);
  add(&message, id);
  add(&message, behind);
  return fail(finish(&message));
}

static int missing(const char *id)
{
  return fails_for("container \"", id, "\" does not exist");
}

static int state_command(struct container *container)
{
  enum status status = status_of(container);
  struct text out;
  begin_text(&out);
  add_field(&out, container, "before ");
  add_number(&out, status == STOPPED ? 0 : container->pid);
  add_field(&out, container, "behind ");
  add(&out, name_of(status));
  add(&out, "\"}\n");
  finish(&out);
  write_all(1, out.bytes, out.length);
  return 0;
}

/*
 * Tells whether hooks in the container have let its program start. The first process writes an empty line then, or a line
 * about the hook that failed, and ends (src/oci/process/start-hooks.ts).
 */
static int hooks_ended(struct container *container, i64 report)
{
  char line[1024];
  struct pollfd_ ended = {container->pidfd, POLLIN, 0};
  struct time_ patience = {10, 0};
  i64 at, length = call(nr_read, report, (i64)line, sizeof line - 1, 0, 0, 0);
  if (length > 0 && line[0] == '\n') return 1;
  call(nr_ppoll, (i64)&ended, 1, (i64)&patience, 0, 8, 0);
  if (length <= 0) return fail("the container ended before its program started"), 0;
  for (at = 0; at < length && line[at] != '\n'; at++) {}
  line[at] = 0;
  return fail(line), 0;
}

/* The program has started when nothing has the pipe open to read any more. */
static int start_command(struct container *container)
{
  enum status status;
  int gate;
  struct pollfd_ wait;
  i64 report, lock = call(nr_openat, container->directory, (i64) "state", O_RDONLY | O_CLOEXEC, 0, 0, 0);
  call(nr_flock, lock, LOCK_EX, 0, 0, 0, 0);
  status = status_of(container);
  if (status == STOPPED) return fail("cannot start a container that has stopped");
  if (status == CREATING) return fail("cannot start a container that is not created yet");
  gate = open_gate(container);
  if (gate < 0) return fail("cannot start an already running container");
  report = call(nr_openat, container->directory, (i64) "report", O_RDONLY | O_NONBLOCK | O_CLOEXEC, 0, 0, 0);
  if (call(nr_write, gate, (i64) "s", 1, 0, 0, 0) != 1) return fail("cannot start an already running container");
  wait.descriptor = gate;
  wait.events = 0;
  call(nr_ppoll, (i64)&wait, 1, 0, 0, 8, 0);
  if (has_line(container, "hook startContainer") && !hooks_ended(container, report)) return 1;
  if (!has_line(container, "hook poststart")) return 0;
  return run_node("poststart", container->id);
}

static int kill_command(struct container *container, int signal, int all)
{
  enum status status = status_of(container);
  i64 result;
  if (all) return signal_all(container, signal);
  if (status == STOPPED || status == CREATING) return fail("container not running");
  result = call(nr_pidfd_send_signal, container->pidfd, signal, 0, 0, 0, 0);
  if (result == -ESRCH) return fail("process already finished");
  return result < 0 ? fail("cannot send the signal") : 0;
}

static int delete_command(struct container *container, int force, int hooks)
{
  enum status status = status_of(container);
  static const char *const files[] = {"gate", "report", "config.json", "access.json", "state.new", "state"};
  u32 at;
  if (!force && (status == RUNNING || status == PAUSED)) {
    struct text message;
    begin_text(&message);
    add(&message, "cannot delete container ");
    add(&message, container->id);
    add(&message, " that is not stopped: ");
    add(&message, name_of(status));
    return fail(finish(&message));
  }
  if (hooks && has_line(container, "hook poststop")) return run_node("poststop", container->id);
  if (container->pidfd >= 0) {
    struct pollfd_ ended = {container->pidfd, POLLIN, 0};
    struct time_ patience = {10, 0};
    call(nr_pidfd_send_signal, container->pidfd, SIGKILL, 0, 0, 0, 0);
    thaw(container);
    call(nr_ppoll, (i64)&ended, 1, (i64)&patience, 0, 8, 0);
  }
  if (!remove_groups(container)) return fail("unable to remove a control group of the container: it is in use");
  for (at = 0; at < 6; at++) call(nr_unlinkat, container->directory, (i64)files[at], 0, 0, 0, 0);
  if (call(nr_unlinkat, container->states, (i64)container->id, AT_REMOVEDIR, 0, 0, 0) < 0)
    return fails_for("unable to remove the directory of container \"", container->id, "\"");
  return 0;
}

static int run(char **words, int first)
{
  const char *command = words[first], *id = 0, *signal = 0;
  int all = 0, force = 0, hooks = 1, at;
  struct container container;
  for (at = first + 1; words[at]; at++) {
    const char *word = words[at];
    if (equal(word, "--all") || equal(word, "-a")) all = 1;
    else if (equal(word, "--force") || equal(word, "-f")) force = 1;
    else if (equal(word, "--without-hooks")) hooks = 0;
    else if (word[0] == '-' && word[1]) return fails_for("there is no option ", word, "");
    else if (!id) id = word;
    else if (!signal) signal = word;
    else return fails_for("there is an argument too many: ", word, "");
  }
  if (!is_id(id)) return fail("the id of a container is missing, or is none");
  if (!open_container(&container, id)) return equal(command, "delete") && force ? 0 : missing(id);
  if (equal(command, "state")) return state_command(&container);
  if (equal(command, "start")) return start_command(&container);
  if (equal(command, "delete")) return delete_command(&container, force, hooks);
  {
    int number = signal ? signal_number(signal) : SIGTERM;
    if (number < 0) return fails_for("unknown signal \"", signal, "\"");
    return kill_command(&container, number, all);
  }
}

static __attribute__((used, noreturn)) void begin(i64 *stack)
{
  int first;
  word_count = (int)stack[0];
  words = (char **)(stack + 1);
  environment = words + word_count + 1;
  first = read_options();
  if (words[first] && is_native(words[first])) end(run(words, first));
  become_node(words + 1);
}

#ifdef __x86_64__
asm(".globl _start\n_start:\n  mov %rsp, %rdi\n  and $-16, %rsp\n  call begin\n  ud2\n");
#else
asm(".globl _start\n_start:\n  mov x0, sp\n  bl begin\n  brk #0\n");
#endif
