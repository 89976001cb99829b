/* Options before a command, errors in the engine's log, and the way to Node for other commands. */

struct time_ {
  i64 seconds;
  i64 nanoseconds;
};

static int word_count;
static char **words;
static char **environment;

static const char *states_path = "/run/cloudabi-oci";
static const char *log_path;
static int log_is_json;

/* The paths are written here when this program is installed (src/oci/native-program.ts). */
static volatile char node_path[1024] = "@cloudabi-node@";
static volatile char script_path[1024] = "@cloudabi-script@";

static const char *const native_commands[] = {"state", "start", "kill", "delete"};

FUNCTION int is_native(const char *word)
{
  u32 at;
  for (at = 0; at < 4; at++)
    if (equal(word, native_commands[at])) return 1;
  return 0;
}

/* The value of an option `--name VALUE` or `--name=VALUE`; moves on behind it. */
FUNCTION const char *value_of(const char *name, int *at)
{
  const char *word = words[*at];
  u64 length = length_of(name);
  if (equal(word, name)) {
    *at += 1;
    return *at < word_count ? words[*at] : "";
  }
  return begins(word, name) && word[length] == '=' ? word + length + 1 : 0;
}

/* Returns the index of the command's name. */
FUNCTION int read_options(void)
{
  int at;
  for (at = 1; at < word_count && words[at][0] == '-'; at++) {
    const char *value;
    if ((value = value_of("--root", &at))) states_path = value;
    else if ((value = value_of("--log-format", &at))) log_is_json = equal(value, "json");
    else if ((value = value_of("--log", &at))) log_path = value;
    else if ((value = value_of("--rootless", &at))) continue;
    else if (!equal(words[at], "--debug") && !equal(words[at], "--systemd-cgroup")) return word_count;
  }
  return at > word_count ? word_count : at;
}

FUNCTION void add_quoted(struct text *text, const char *from)
{
  add(text, "\"");
  for (; *from; from++) {
    if (*from == '"' || *from == '\\') add(text, "\\");
    if ((u8)*from >= 0x20) add_bytes(text, from, 1);
  }
  add(text, "\"");
}

/* The moment as RFC 3339 has it; days to a date by the algorithm of Howard Hinnant (days_from_civil). */
FUNCTION void add_now(struct text *text)
{
  struct time_ now;
  u64 days, era, day_of_era, year_of_era, day_of_year, month, second;
  call(nr_clock_gettime, 0, (i64)&now, 0, 0, 0, 0);
  days = (u64)now.seconds / 86400 + 719468;
  second = (u64)now.seconds % 86400;
  era = days / 146097;
  day_of_era = days - era * 146097;
  year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  month = (5 * day_of_year + 2) / 153;
  add(text, "\"");
  add_padded(text, year_of_era + era * 400 + (month >= 10), 4);
  add(text, "-");
  add_padded(text, month < 10 ? month + 3 : month - 9, 2);
  add(text, "-");
  add_padded(text, day_of_year - (153 * month + 2) / 5 + 1, 2);
  add(text, "T");
  add_padded(text, second / 3600, 2);
  add(text, ":");
  add_padded(text, second / 60 % 60, 2);
  add(text, ":");
  add_padded(text, second % 60, 2);
  add(text, "Z\"");
}

/* Nothing of an argument may control the terminal of a reader. */
FUNCTION void add_harmless(struct text *text, const char *from)
{
  for (; *from; from++) add_bytes(text, *from >= ' ' && *from <= '~' ? from : "?", 1);
}

FUNCTION int fail(const char *message)
{
  struct text line;
  begin_text(&line);
  add(&line, "cloudabi-oci: ");
  add_harmless(&line, message);
  add(&line, "\n");
  write_all(2, line.bytes, line.length);
  if (log_path) {
    i64 file = call(nr_openat, AT_FDCWD, (i64)log_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644, 0, 0);
    begin_text(&line);
    add(&line, log_is_json ? "{\"level\":\"error\",\"msg\":" : "level=error msg=");
    add_quoted(&line, message);
    add(&line, log_is_json ? ",\"time\":" : " time=");
    add_now(&line);
    add(&line, log_is_json ? "}\n" : "\n");
    if (file >= 0) write_all((int)file, line.bytes, line.length);
  }
  return 1;
}

/*
 * Removes the variables of Node: an engine's could load code (NODE_OPTIONS), or let each command read all certificates of the
 * host (NODE_EXTRA_CA_CERTS), which costs more than the command.
 */
FUNCTION void leave_variables_of_node(void)
{
  u64 from, to = 0;
  for (from = 0; environment[from]; from++)
    if (!begins(environment[from], "NODE_")) environment[to++] = environment[from];
  environment[to] = 0;
}

/* Becomes Node with our script and these arguments. */
FUNCTION __attribute__((noreturn)) void become_node(char **arguments)
{
  u64 count = 0, at;
  char **all;
  while (arguments[count]) count++;
  all = memory((count + 4) * sizeof(char *));
  all[0] = (char *)node_path;
  /* Node takes no word behind it for an option of its own. */
  all[1] = "--";
  all[2] = (char *)script_path;
  for (at = 0; at < count; at++) all[3 + at] = arguments[at];
  leave_variables_of_node();
  call(nr_execve, (i64)node_path, (i64)all, (i64)environment, 0, 0, 0);
  end(fail("cannot start Node, with which this program was installed: install it again"));
}

/* Hands the rest of a command to Node: hooks are run there. */
FUNCTION int run_node(const char *point, const char *id)
{
  char **all = memory(((u64)word_count + 4) * sizeof(char *));
  int at, options = read_options();
  for (at = 1; at < options; at++) all[at - 1] = words[at];
  all[options - 1] = (char *)"run-hooks";
  all[options] = (char *)point;
  all[options + 1] = (char *)id;
  become_node(all);
}
