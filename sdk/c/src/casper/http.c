#include <errno.h>

#include "arguments.h"

/* The headers of a request as values: the parts of a list do not belong to it. */
struct values {
  argdata_t *name_key;
  argdata_t *value_key;
  argdata_t **maps;
  argdata_t **texts;
  size_t count;
};

static void free_values(struct values *values) {
  for (size_t i = 0; i < values->count; ++i) {
    argdata_free(values->maps[i]);
    argdata_free(values->texts[2 * i]);
    argdata_free(values->texts[2 * i + 1]);
  }
  argdata_free(values->name_key);
  argdata_free(values->value_key);
  free(values->maps);
  free(values->texts);
}

/* NULL with too little memory. */
static argdata_t *make_headers(struct values *values, const struct cap_http_header *headers) {
  size_t count = 0;
  while (headers[count].name != NULL)
    ++count;
  values->name_key = argdata_create_str_c("name");
  values->value_key = argdata_create_str_c("value");
  values->maps = calloc(count + 1, sizeof(*values->maps));
  values->texts = calloc(2 * count + 1, sizeof(*values->texts));
  if (values->name_key == NULL || values->value_key == NULL || values->maps == NULL || values->texts == NULL)
    return NULL;
  for (; values->count < count; ++values->count) {
    size_t i = values->count;
    argdata_t **texts = values->texts + 2 * i;
    texts[0] = argdata_create_str_c(headers[i].name);
    texts[1] = argdata_create_str_c(headers[i].value);
    const argdata_t *keys[] = {values->name_key, values->value_key};
    if (texts[0] != NULL && texts[1] != NULL)
      values->maps[i] = argdata_create_map(keys, (const argdata_t *const *)texts, 2);
    if (values->maps[i] == NULL) {
      ++values->count;
      return NULL;
    }
  }
  return argdata_create_seq((const argdata_t *const *)values->maps, count);
}

/* The response and the list of its headers lie in one piece of memory. */
static const struct cap_http_response *response_in(cap_channel_t *channel, const argdata_t *result) {
  argdata_t headers;
  argdata_t body;
  argdata_seq_iterator_t it;
  const argdata_t *header;
  size_t count = 0;
  const void *bytes = NULL;
  size_t length = 0;
  if (!cap_field(result, "headers", &headers) || !cap_field(result, "body", &body) ||
      argdata_get_binary(&body, &bytes, &length) != 0) {
    errno = EBADMSG;
    return NULL;
  }
  for (argdata_seq_iterate(&headers, &it); argdata_seq_get(&it, &header); argdata_seq_next(&it))
    ++count;
  struct cap_http_response *response = cap_room(channel, sizeof(*response) + count * sizeof(struct cap_http_header));
  if (response == NULL)
    return NULL;
  struct cap_http_header *list = (struct cap_http_header *)(response + 1);
  size_t filled = 0;
  for (argdata_seq_iterate(&headers, &it); argdata_seq_get(&it, &header); argdata_seq_next(&it))
    list[filled++] = (struct cap_http_header){.name = cap_text(header, "name"), .value = cap_text(header, "value")};
  *response = (struct cap_http_response){
      .status = (int)cap_number(result, "status"),
      .headers = list,
      .header_count = count,
      .body = bytes,
      .body_length = length,
  };
  return response;
}

const struct cap_http_response *cap_http_request(cap_channel_t *channel, const char *method, const char *url,
                                                 const struct cap_http_header *headers, const void *body,
                                                 size_t length) {
  struct arguments arguments = {.count = 0};
  struct values values = {.count = 0};
  cap_add(&arguments, "url", argdata_create_str_c(url));
  if (method != NULL)
    cap_add(&arguments, "method", argdata_create_str_c(method));
  if (headers != NULL)
    cap_add(&arguments, "headers", make_headers(&values, headers));
  if (body != NULL)
    cap_add(&arguments, "body", argdata_create_binary(body, length));
  const argdata_t *result;
  int done = cap_call(channel, "request", &arguments, &result);
  int error = errno;
  free_values(&values);
  errno = error;
  return done == 0 ? response_in(channel, result) : NULL;
}

int cap_http_connect(cap_channel_t *channel, const char *origin) {
  struct arguments arguments = {.count = 0};
  cap_add(&arguments, "origin", argdata_create_str_c(origin));
  const argdata_t *result;
  if (cap_call(channel, "connect", &arguments, &result) != 0)
    return -1;
  return cap_descriptor(result, "stream");
}
