#include "arguments.h"

static struct passwd *user_in(cap_channel_t *channel, int done, const argdata_t *result) {
  if (done != 0 || cap_is_nothing(result))
    return NULL;
  struct passwd *user = cap_room(channel, sizeof(*user));
  if (user != NULL)
    *user = (struct passwd){
        .pw_name = cap_text(result, "name"),
        .pw_passwd = cap_text(result, "passwd"),
        .pw_uid = cap_number(result, "uid"),
        .pw_gid = cap_number(result, "gid"),
        .pw_gecos = cap_text(result, "gecos"),
        .pw_dir = cap_text(result, "dir"),
        .pw_shell = cap_text(result, "shell"),
    };
  return user;
}

struct passwd *cap_getpwnam(cap_channel_t *channel, const char *name) {
  struct arguments arguments = {.count = 0};
  const argdata_t *result = NULL;
  cap_add(&arguments, "name", argdata_create_str_c(name));
  int done = cap_call(channel, "getpwnam", &arguments, &result);
  return user_in(channel, done, result);
}

struct passwd *cap_getpwuid(cap_channel_t *channel, uid_t uid) {
  struct arguments arguments = {.count = 0};
  const argdata_t *result = NULL;
  cap_add(&arguments, "uid", argdata_create_int_u(uid));
  int done = cap_call(channel, "getpwuid", &arguments, &result);
  return user_in(channel, done, result);
}

struct passwd *cap_getpwent(cap_channel_t *channel) {
  const argdata_t *result = NULL;
  int done = cap_xfer(channel, "getpwent", NULL, &result);
  return user_in(channel, done, result);
}

void cap_setpwent(cap_channel_t *channel) {
  const argdata_t *result;
  cap_xfer(channel, "setpwent", NULL, &result);
}
