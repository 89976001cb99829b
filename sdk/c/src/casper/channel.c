#include <errno.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "arguments.h"

/* The head of a message (src/services/frame.ts): u32 bytes, u16 descriptors, u16 mark. */
enum { HEAD = 8, MARK = 0xca5e, REQUEST_MAX = 0x10000, REPLY_MAX = 0x100000, DESCRIPTORS_MAX = 16 };

struct cap_channel {
  int fd;
  /* The last answer, its descriptors and its value. */
  unsigned char *bytes;
  argdata_t *answer;
  argdata_t result;
  int descriptors[DESCRIPTORS_MAX];
  size_t count;
  void *room;
};

static const struct {
  const char *name;
  int error;
} codes[] = {
    {"ENOTCAPABLE", ENOTCAPABLE}, {"EINVAL", EINVAL},       {"EBADMSG", EBADMSG},
    {"ENOSYS", ENOSYS},           {"ENOENT", ENOENT},       {"EACCES", EACCES},
    {"ETIMEDOUT", ETIMEDOUT},     {"EAGAIN", EAGAIN},       {"EEXIST", EEXIST},
    {"EISDIR", EISDIR},           {"ENOTDIR", ENOTDIR},     {"EHOSTUNREACH", EHOSTUNREACH},
    {"ECONNREFUSED", ECONNREFUSED}, {"ECONNRESET", ECONNRESET}, {"EMFILE", EMFILE},
    {"EMSGSIZE", EMSGSIZE},       {"EPROTO", EPROTO},       {"EPIPE", EPIPE},
};

cap_channel_t *cap_wrap(int fd) {
  cap_channel_t *channel = calloc(1, sizeof(*channel));
  if (channel != NULL)
    channel->fd = fd;
  return channel;
}

static void forget(cap_channel_t *channel) {
  argdata_free(channel->answer);
  free(channel->bytes);
  channel->answer = NULL;
  channel->bytes = NULL;
  channel->count = 0;
}

/* Closes descriptors that came with an answer that is of no use. */
static int fail(cap_channel_t *channel, int error) {
  for (size_t i = 0; i < channel->count; ++i)
    close(channel->descriptors[i]);
  forget(channel);
  errno = error;
  return -1;
}

int cap_unwrap(cap_channel_t *channel) {
  int fd = channel->fd;
  forget(channel);
  free(channel->room);
  free(channel);
  return fd;
}

int cap_sock(const cap_channel_t *channel) { return channel->fd; }

void cap_close(cap_channel_t *channel) {
  if (channel != NULL)
    close(cap_unwrap(channel));
}

void *cap_room(cap_channel_t *channel, size_t size) {
  free(channel->room);
  return channel->room = malloc(size == 0 ? 1 : size);
}

static int send_all(int fd, unsigned char *bytes, size_t length, const int *descriptors, size_t count) {
  char control[CMSG_SPACE(DESCRIPTORS_MAX * sizeof(int))];
  for (size_t sent = 0; sent < length;) {
    struct iovec vector = {.iov_base = bytes + sent, .iov_len = length - sent};
    struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1};
    if (sent == 0 && count > 0) {
      message.msg_control = control;
      message.msg_controllen = CMSG_SPACE(count * sizeof(int));
      struct cmsghdr *header = CMSG_FIRSTHDR(&message);
      *header = (struct cmsghdr){
          .cmsg_len = CMSG_LEN(count * sizeof(int)), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS};
      memcpy(CMSG_DATA(header), descriptors, count * sizeof(int));
    }
    ssize_t done = sendmsg(fd, &message, 0);
    if (done < 0 && errno != EINTR)
      return -1;
    if (done > 0)
      sent += (size_t)done;
  }
  return 0;
}

/* Reads so many bytes, and the descriptors that come with them. */
static int receive_all(cap_channel_t *channel, unsigned char *bytes, size_t length) {
  _Alignas(struct cmsghdr) char control[CMSG_SPACE(DESCRIPTORS_MAX * sizeof(int))];
  for (size_t received = 0; received < length;) {
    struct iovec vector = {.iov_base = bytes + received, .iov_len = length - received};
    size_t room = DESCRIPTORS_MAX - channel->count;
    struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1};
    if (room > 0) {
      message.msg_control = control;
      message.msg_controllen = CMSG_SPACE(room * sizeof(int));
    }
    ssize_t done = recvmsg(channel->fd, &message, 0);
    if (done < 0 && errno == EINTR)
      continue;
    if (done < 0)
      return -1;
    if (done == 0) {
      errno = EPIPE;
      return -1;
    }
    received += (size_t)done;
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    if (header != NULL && header->cmsg_type == SCM_RIGHTS) {
      size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
      memcpy(channel->descriptors + channel->count, CMSG_DATA(header), count * sizeof(int));
      channel->count += count;
    }
    if ((message.msg_flags & MSG_CTRUNC) != 0) {
      errno = EPROTO;
      return -1;
    }
  }
  return 0;
}

static int convert(void *argument, size_t number) {
  const cap_channel_t *channel = argument;
  return number < channel->count ? channel->descriptors[number] : -1;
}

static int send_request(cap_channel_t *channel, const argdata_t *request) {
  size_t length;
  size_t descriptors;
  argdata_serialized_length(request, &length, &descriptors);
  if (length > REQUEST_MAX || descriptors > DESCRIPTORS_MAX) {
    errno = EMSGSIZE;
    return -1;
  }
  unsigned char *bytes = malloc(HEAD + length);
  if (bytes == NULL)
    return -1;
  int passed[DESCRIPTORS_MAX];
  size_t count = argdata_serialize(request, bytes + HEAD, passed);
  for (int i = 0; i < 4; ++i)
    bytes[i] = (unsigned char)(length >> (8 * i));
  bytes[4] = (unsigned char)count;
  bytes[5] = 0;
  bytes[6] = MARK & 0xff;
  bytes[7] = MARK >> 8;
  int done = send_all(channel->fd, bytes, HEAD + length, passed, count);
  free(bytes);
  return done;
}

static int read_answer(cap_channel_t *channel) {
  unsigned char head[HEAD];
  if (receive_all(channel, head, HEAD) != 0)
    return fail(channel, errno);
  size_t length = (size_t)head[0] | (size_t)head[1] << 8 | (size_t)head[2] << 16 | (size_t)head[3] << 24;
  size_t count = (size_t)head[4] | (size_t)head[5] << 8;
  if ((head[6] | head[7] << 8) != MARK || length > REPLY_MAX)
    return fail(channel, EBADMSG);
  channel->bytes = malloc(length + 1);
  if (channel->bytes == NULL)
    return fail(channel, ENOMEM);
  if (receive_all(channel, channel->bytes, length) != 0)
    return fail(channel, errno);
  if (channel->count != count)
    return fail(channel, EBADMSG);
  channel->answer = argdata_from_buffer(channel->bytes, length, convert, channel);
  return channel->answer == NULL ? fail(channel, ENOMEM) : 0;
}

int cap_xfer(cap_channel_t *channel, const char *call, const argdata_t *arguments, const argdata_t **result) {
  forget(channel);
  argdata_t *name = argdata_create_str_c("call");
  argdata_t *given = argdata_create_str_c("arguments");
  argdata_t *text = argdata_create_str_c(call);
  const argdata_t *keys[] = {name, given};
  const argdata_t *values[] = {text, arguments};
  argdata_t *request = name == NULL || given == NULL || text == NULL
                           ? NULL
                           : argdata_create_map(keys, values, arguments == NULL ? 1 : 2);
  int done = -1;
  if (request == NULL)
    errno = ENOMEM;
  else
    done = send_request(channel, request);
  int error = errno;
  argdata_free(request);
  argdata_free(name);
  argdata_free(given);
  argdata_free(text);
  errno = error;
  if (done != 0 || read_answer(channel) != 0)
    return -1;
  *result = &channel->result;
  if (cap_field(channel->answer, "result", &channel->result))
    return 0;
  const char *code = cap_text(channel->answer, "error");
  for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); ++i)
    if (strcmp(codes[i].name, code) == 0)
      return fail(channel, codes[i].error);
  return fail(channel, *code == '\0' ? EBADMSG : EIO);
}

static cap_channel_t *wrap_new(int fd) {
  if (fd < 0)
    return NULL;
  cap_channel_t *made = cap_wrap(fd);
  if (made == NULL)
    close(fd);
  return made;
}

cap_channel_t *cap_clone(cap_channel_t *channel) {
  const argdata_t *result;
  int fd = -1;
  if (cap_xfer(channel, "clone", NULL, &result) != 0)
    return NULL;
  if (argdata_get_fd(result, &fd) != 0)
    errno = EBADMSG;
  return wrap_new(fd);
}

cap_channel_t *cap_service_open(cap_channel_t *zygote, const char *name) {
  struct arguments arguments = {.count = 0};
  cap_add(&arguments, "service", argdata_create_str_c(name));
  const argdata_t *result;
  return cap_call(zygote, "open", &arguments, &result) == 0 ? wrap_new(cap_descriptor(result, "channel")) : NULL;
}

int cap_limit_set(cap_channel_t *channel, const argdata_t *limits) {
  const argdata_t *result;
  return cap_xfer(channel, "limit", limits, &result);
}
