// Catch2's runner, built here: the packaged one lacks the C++17 string_view support.
#define CATCH_CONFIG_RUNNER
#if defined(__GNUC__) && !defined(__clang__)
// GCC 12 with a sanitizer takes std::regex, which the runner uses, for uninitialised.
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#include <catch2/catch.hpp>

#include "support/case_accounts.hpp"

int main(int count, char** words) {
  const int result = Catch::Session().run(count, words);
  return result == 0 && migrate::test::CaseAccounts::of_process().broken() ? 1 : result;
}
