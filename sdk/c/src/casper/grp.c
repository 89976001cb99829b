#include "arguments.h"

/* The entry and the list of its members lie in one piece of memory. */
static struct group *group_in(cap_channel_t *channel, int done, const argdata_t *result) {
  if (done != 0 || cap_is_nothing(result))
    return NULL;
  argdata_t members;
  bool has_members = cap_field(result, "members", &members);
  argdata_seq_iterator_t it;
  const argdata_t *member;
  size_t count = 0;
  if (has_members)
    for (argdata_seq_iterate(&members, &it); argdata_seq_get(&it, &member); argdata_seq_next(&it))
      ++count;
  struct group *group = cap_room(channel, sizeof(*group) + (count + 1) * sizeof(char *));
  if (group == NULL)
    return NULL;
  char **names = (char **)(group + 1);
  size_t filled = 0;
  if (has_members)
    for (argdata_seq_iterate(&members, &it); argdata_seq_get(&it, &member); argdata_seq_next(&it)) {
      const char *name;
      if (argdata_get_str_c(member, &name) == 0)
        names[filled++] = (char *)name;
    }
  names[filled] = NULL;
  *group = (struct group){
      .gr_name = cap_text(result, "name"),
      .gr_passwd = cap_text(result, "passwd"),
      .gr_gid = cap_number(result, "gid"),
      .gr_mem = names,
  };
  return group;
}

struct group *cap_getgrnam(cap_channel_t *channel, const char *name) {
  struct arguments arguments = {.count = 0};
  const argdata_t *result = NULL;
  cap_add(&arguments, "name", argdata_create_str_c(name));
  int done = cap_call(channel, "getgrnam", &arguments, &result);
  return group_in(channel, done, result);
}

struct group *cap_getgrgid(cap_channel_t *channel, gid_t gid) {
  struct arguments arguments = {.count = 0};
  const argdata_t *result = NULL;
  cap_add(&arguments, "gid", argdata_create_int_u(gid));
  int done = cap_call(channel, "getgrgid", &arguments, &result);
  return group_in(channel, done, result);
}

struct group *cap_getgrent(cap_channel_t *channel) {
  const argdata_t *result = NULL;
  int done = cap_xfer(channel, "getgrent", NULL, &result);
  return group_in(channel, done, result);
}

void cap_setgrent(cap_channel_t *channel) {
  const argdata_t *result;
  cap_xfer(channel, "setgrent", NULL, &result);
}
