// Catch2's runner, built here: the packaged one lacks the C++17 string_view support.
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
