// The part of fmt that is not inline, compiled into the program so that it needs no libfmt at run time: distributions
// ship that part as a shared library only. Applications that link the libraries of migrate use fmt::fmt as usual.
// Something another version of fmt keeps elsewhere would be linked from its shared library after all.
#include <fmt/format-inl.h>

FMT_BEGIN_NAMESPACE
namespace detail {

template FMT_API thousands_sep_result<char> thousands_sep_impl<char>(locale_ref);
template FMT_API char decimal_point_impl<char>(locale_ref);
template FMT_API dragonbox::decimal_fp<float> dragonbox::to_decimal<float>(float) noexcept;
template FMT_API dragonbox::decimal_fp<double> dragonbox::to_decimal<double>(double) noexcept;

}  // namespace detail
FMT_END_NAMESPACE
