// mstd/string_view.hpp: the standard's string_view under the name that older programs have for it.
#ifndef CLOUDABI_MSTD_STRING_VIEW_HPP
#define CLOUDABI_MSTD_STRING_VIEW_HPP

#include <string_view>

namespace mstd {
using std::basic_string_view;
using std::string_view;
using std::wstring_view;
} // namespace mstd

#endif
