// Catch2's runner, built here: the packaged one lacks the C++17 string_view support.
#define CATCH_CONFIG_MAIN
#if defined(__GNUC__) && !defined(__clang__)
// GCC 12 with a sanitizer takes std::regex, which the runner uses, for uninitialised.
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#include <catch2/catch.hpp>
