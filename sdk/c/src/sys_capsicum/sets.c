#include <stdarg.h>
#include <sys/capsicum.h>

/* The rights of a list of arguments that ends with 0. */
static uint64_t sum_of(va_list arguments) {
  uint64_t sum = 0;
  for (uint64_t right; (right = va_arg(arguments, uint64_t)) != 0;)
    sum |= right;
  return sum;
}

#define SUM(last, sum)        \
  va_list arguments;          \
  va_start(arguments, last);  \
  uint64_t sum = sum_of(arguments); \
  va_end(arguments)

cap_rights_t *cloudabi_rights_init(cap_rights_t *rights, ...) {
  SUM(rights, sum);
  rights->private_bits = sum;
  return rights;
}

cap_rights_t *cloudabi_rights_set(cap_rights_t *rights, ...) {
  SUM(rights, sum);
  rights->private_bits |= sum;
  return rights;
}

cap_rights_t *cloudabi_rights_clear(cap_rights_t *rights, ...) {
  SUM(rights, sum);
  rights->private_bits &= ~sum;
  return rights;
}

bool cloudabi_rights_is_set(const cap_rights_t *rights, ...) {
  SUM(rights, sum);
  return (rights->private_bits & sum) == sum;
}

bool cap_rights_contains(const cap_rights_t *large, const cap_rights_t *small) {
  return (large->private_bits & small->private_bits) == small->private_bits;
}

cap_rights_t *cap_rights_merge(cap_rights_t *rights, const cap_rights_t *more) {
  rights->private_bits |= more->private_bits;
  return rights;
}

cap_rights_t *cap_rights_remove(cap_rights_t *rights, const cap_rights_t *less) {
  rights->private_bits &= ~less->private_bits;
  return rights;
}
