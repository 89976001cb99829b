// mstd/optional.hpp: the standard's optional under the name that older programs have for it.
#ifndef CLOUDABI_MSTD_OPTIONAL_HPP
#define CLOUDABI_MSTD_OPTIONAL_HPP

#include <optional>

namespace mstd {
using std::make_optional;
using std::nullopt;
using std::nullopt_t;
using std::optional;
} // namespace mstd

#endif
