/*
 * Finds the handler of an exception in a function. Code that catches stores the number of its place (its landing pad) and
 * the address of the function's table, calls _Unwind_CallPersonality, and reads which of its handlers it is, or 0 for
 * none (https://github.com/WebAssembly/tool-conventions/blob/main/EHScheme.md). The table is that of the Itanium C++
 * ABI's implementations: call sites, actions and types.
 */
#include "exception.h"

namespace __cxxabiv1 {
/* Every description of a type is one of these; the C++ library defines them. */
class __shim_type_info : public std::type_info {
public:
  virtual ~__shim_type_info();
  virtual void noop1() const;
  virtual void noop2() const;
  virtual bool can_catch(const __shim_type_info *thrown, void *&adjusted) const = 0;
};
} // namespace __cxxabiv1

using namespace cloudabi;
using type = __cxxabiv1::__shim_type_info;

namespace {

constexpr uint8_t OMITTED = 0xff;

uint32_t read_unsigned(const uint8_t *&at) {
  uint32_t value = 0;
  for (unsigned shift = 0;; shift += 7) {
    uint8_t byte = *at++;
    value |= static_cast<uint32_t>(byte & 0x7f) << shift;
    if (byte < 0x80)
      return value;
  }
}

int32_t read_signed(const uint8_t *&at) {
  uint32_t value = 0;
  for (unsigned shift = 0;;) {
    uint8_t byte = *at++;
    value |= static_cast<uint32_t>(byte & 0x7f) << shift;
    shift += 7;
    if (byte < 0x80)
      return static_cast<int32_t>(shift < 32 && (byte & 0x40) ? value | (~0u << shift) : value);
  }
}

struct table {
  const uint8_t *sites, *actions;
  /* Types are counted from here downwards, from 1 on. */
  const type *const *types;
};

table read_table(const uint8_t *at) {
  table read{};
  if (*at++ != OMITTED)
    read_unsigned(at);
  if (*at++ != OMITTED) {
    uint32_t length = read_unsigned(at);
    read.types = reinterpret_cast<const type *const *>(at + length);
  }
  ++at; /* the encoding of call sites: always LEB128 */
  uint32_t length = read_unsigned(at);
  read.sites = at;
  read.actions = at + length;
  return read;
}

/* Gives the place in the list of actions that belongs to a landing pad; null for none. */
const uint8_t *first_action(const table &read, uint32_t pad) {
  const uint8_t *at = read.sites;
  while (at < read.actions) {
    uint32_t number = read_unsigned(at), action = read_unsigned(at);
    if (number == pad)
      return action == 0 ? nullptr : read.actions + action - 1;
  }
  return nullptr;
}

} // namespace

extern "C" {

/* What compiled code and the personality tell each other. */
struct lpad_context {
  uintptr_t lpad_index;
  const uint8_t *lsda;
  uintptr_t selector;
};
thread_local lpad_context __wasm_lpad_context;

_Unwind_Reason_Code _Unwind_CallPersonality(void *unwind) {
  lpad_context &context = __wasm_lpad_context;
  exception *thrown = of_unwind(unwind);
  context.selector = 0;
  table read = read_table(context.lsda);
  for (const uint8_t *at = first_action(read, context.lpad_index); at != nullptr;) {
    int32_t wanted = read_signed(at);
    if (wanted > 0) {
      const type *handler = read.types[-wanted];
      void *adjusted = thrown->object;
      if (handler == nullptr || handler->can_catch(static_cast<const type *>(thrown->type), adjusted)) {
        thrown->adjusted = adjusted;
        context.selector = static_cast<uintptr_t>(wanted);
        return _URC_HANDLER_FOUND;
      }
    }
    const uint8_t *here = at;
    int32_t offset = read_signed(at);
    at = offset == 0 ? nullptr : here + offset;
  }
  return _URC_CONTINUE_UNWIND;
}

/* Tables name it, and nothing calls it but other runtimes. */
_Unwind_Reason_Code __gxx_personality_wasm0(int, _Unwind_Action, uint64_t, _Unwind_Exception *unwind,
                                            _Unwind_Context *) {
  return _Unwind_CallPersonality(unwind);
}

void _Unwind_DeleteException(_Unwind_Exception *unwind) {
  if (unwind->exception_cleanup != nullptr)
    unwind->exception_cleanup(_URC_FOREIGN_EXCEPTION_CAUGHT, unwind);
}
}
