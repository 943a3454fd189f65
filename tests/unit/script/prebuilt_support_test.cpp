#include "migrate/script/detail/prebuilt_support.hpp"

#include <catch2/catch.hpp>

#include "cpp_project.hpp"
#include "migrate/base/process.hpp"
#include "migrate/script/detail/cpp_cache.hpp"
#include "migrate/script/detail/embedded_files.hpp"

using namespace migrate;
using namespace migrate::script;

namespace {

/// Whether revisions compiled so may use the library that migrate carries.
bool fits(const std::string& compiler, std::vector<std::string> flags = {}) {
  test::CppProject project;
  project.options.compiler = compiler;
  project.options.flags = std::move(flags);
  (void)project.plain_revision("a1");  // makes the folders
  const auto headers = unpack_headers(project.options, project.environment);
  const detail::CppCache cache(project.options, project.environment);
  const auto found = detail::find_compiler(project.options, project.environment, cache);
  return detail::prebuilt_support_fits(found, project.options, headers);
}

}  // namespace

TEST_CASE("the support library that migrate carries is a library for this machine", "[script][cpp]") {
  const auto library = detail::prebuilt_support();
  REQUIRE(library.size() > 10'000);
  CHECK(std::string(library.data(), 4) ==
        "\x7f"
        "ELF");
}

TEST_CASE("the support library that migrate carries serves compilers with the same standard library", "[script][cpp]") {
  CHECK(fits("g++"));
  CHECK(fits("g++", {"-O2", "-g", "-Wall", "-DMINE=1"}));
  if (base::find_program("clang++")) CHECK(fits("clang++"));
}

TEST_CASE("flags that give std::string another shape want a support library of their own", "[script][cpp]") {
  for (const auto* flag : {"-D_GLIBCXX_DEBUG", "-D_GLIBCXX_USE_CXX11_ABI=0", "-fsanitize=address", "-fpack-struct"}) {
    CAPTURE(flag);
    CHECK_FALSE(fits("g++", {flag}));
  }
}

TEST_CASE("a compiler's answer about its library is believed only when it is whole", "[script][cpp]") {
  const std::string ours =
      "libstdcxx_"
#ifdef __x86_64__
      "x86_64";
#else
      "aarch64";
#endif
  CHECK(detail::answer_fits("\n# 1 \"x\"\nmigrate_library_abi " + ours + " 99991231\n"));
  CHECK_FALSE(detail::answer_fits("migrate_library_abi " + ours + " 20010101\n"));
  CHECK_FALSE(detail::answer_fits("migrate_library_abi " + ours + " __GLIBCXX__\n"));
  CHECK_FALSE(detail::answer_fits("migrate_library_abi " + ours + "\n"));
  CHECK_FALSE(detail::answer_fits("migrate_library_abi other 99991231\n"));
  CHECK_FALSE(detail::answer_fits("migrate_library_abi MIGRATE_LIBRARY_ABI 99991231\n"));
  CHECK_FALSE(detail::answer_fits(""));
}
