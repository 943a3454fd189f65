#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>

#include "migrate/base/digest.hpp"
#include "migrate/base/files.hpp"
#include "migrate/script/detail/cpp_cache.hpp"
#include "migrate/script/detail/cpp_command.hpp"
#include "migrate/script/detail/cpp_depfile.hpp"
#include "migrate/script/detail/cpp_manifest.hpp"
#include "migrate/script/error.hpp"
#include "support/temp_dir.hpp"

using namespace migrate;
using namespace migrate::script::detail;
using Catch::Contains;
using Words = std::vector<std::string>;
namespace fs = std::filesystem;

namespace {

Manifest sample() {
  ManifestEntry one;
  one.object = base::sha256_hex("object");
  one.object_digest = base::sha256_hex("bytes");
  one.files = {{base::sha256_hex("text"), "./a file.hpp"}};
  one.absent = {"./first/a file.hpp"};
  one.set = base::sha256_hex("set");
  ManifestEntry two;
  two.object = base::sha256_hex("other");
  two.object_digest = base::sha256_hex("others");
  return {one, two};
}

fs::path path_in(const base::Environment& environment, const fs::path& named = {}) {
  script::CppOptions options;
  options.cache_dir = named;
  return CppCache(options, environment).path();
}

}  // namespace

TEST_CASE("a manifest reads back as it was written", "[script][cpp]") {
  const auto read = read_manifest(write_manifest(sample()));
  REQUIRE(read);
  REQUIRE(read->size() == 2);
  const auto& first = read->front();
  CHECK(first.object == sample()[0].object);
  CHECK(first.object_digest == sample()[0].object_digest);
  CHECK(first.files.at(0).path == "./a file.hpp");
  CHECK(first.files.at(0).digest == base::sha256_hex("text"));
  CHECK(first.absent == Words{"./first/a file.hpp"});
  CHECK(first.set == sample()[0].set);
  CHECK(read->back().files.empty());
}

TEST_CASE("a manifest with any byte changed, lost or added is not trusted", "[script][cpp]") {
  const auto text = write_manifest(sample());
  for (std::size_t at = 0; at < text.size(); ++at) {
    auto changed = text;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    CHECK_FALSE(read_manifest(changed));
    CHECK_FALSE(read_manifest(text.substr(0, at)));
  }
  CHECK_FALSE(read_manifest(text + "\n"));
  CHECK_FALSE(read_manifest(""));
}

TEST_CASE("a dependency file gives names as they are on disk", "[script][cpp]") {
  CHECK(parse_depfile("made: a.cpp \\\n  /usr/include/b.h c.hpp\n") == Words{"a.cpp", "/usr/include/b.h", "c.hpp"});
  CHECK(parse_depfile("made: my\\ file.cpp a$$b \\#c d\\\\e\n") == Words{"my file.cpp", "a$b", "#c", "d\\\\e"});
  CHECK(parse_depfile("made: a\\\\\\ b.hpp \\\r\n c.hpp\r\n") == Words{"a\\ b.hpp", "c.hpp"});
  CHECK(parse_depfile("made: a.hpp\n\na.hpp:\n") == Words{"a.hpp"});
  CHECK(parse_depfile("").empty());
  CHECK(parse_depfile("made:").empty());
  CHECK(parse_depfile("made: a\\").size() == 1);
}

TEST_CASE("a linker's dependency file may hold blanks that are not escaped", "[script][cpp]") {
  const test::TempDir dir;
  const auto file = dir.write("two words.a", "x").string();
  CHECK(parse_link_depfile("out.so: \\\n  " + file + " \\\n  gone one.o \\\n  a\\ b.o\n\n" + file + ":\n") ==
        Words{file, "gone one.o", "a b.o"});
}

TEST_CASE("only an include of op.hpp before everything else may come from the precompiled header", "[script][cpp]") {
  CHECK(begins_with_op_header("// a\n// revision: x\n\n#include <migrate/op.hpp>\n"));
  CHECK(begins_with_op_header("\xEF\xBB\xBF/* a\n b */ # include \"migrate/op.hpp\""));
  CHECK_FALSE(begins_with_op_header("#define X\n#include <migrate/op.hpp>\n"));
  CHECK_FALSE(begins_with_op_header("#include <string>\n#include <migrate/op.hpp>\n"));
  CHECK_FALSE(begins_with_op_header("// a \\\n#include <migrate/op.hpp>\n"));
  CHECK_FALSE(begins_with_op_header("#if 0\n#include <migrate/op.hpp>\n#endif"));
  CHECK_FALSE(begins_with_op_header("/* never ends #include <migrate/op.hpp>"));
  CHECK_FALSE(begins_with_op_header("#include <migrate/op.hpp.in>"));
  CHECK_FALSE(begins_with_op_header(""));
  CHECK_FALSE(begins_with_op_header("#"));
}

TEST_CASE("the cache lies where the settings, XDG_CACHE_HOME or HOME say", "[script][cpp]") {
  const auto fixed = [](std::map<std::string, std::string, std::less<>> values) {
    return base::fixed_environment(std::move(values));
  };
  CHECK(path_in(fixed({{"HOME", "/home/a"}}), "/named") == "/named");
  CHECK(path_in(fixed({{"XDG_CACHE_HOME", "/xdg"}, {"HOME", "/home/a"}})) == "/xdg/migrate");
  CHECK(path_in(fixed({{"XDG_CACHE_HOME", "relative"}, {"HOME", "/home/a"}})) == "/home/a/.cache/migrate");
  CHECK(path_in(fixed({{"TMPDIR", "/somewhere"}})) == "/somewhere/migrate-" + std::to_string(::geteuid()));
}

TEST_CASE("a folder that others could have filled is not loaded from", "[script][cpp]") {
  const test::TempDir dir;
  const auto name = "migrate-" + std::to_string(::geteuid());
  const auto environment = base::fixed_environment({{"TMPDIR", dir.path().string()}});
  SECTION("others may write to it") {
    fs::create_directory(dir.path() / name);
    fs::permissions(dir.path() / name, fs::perms::all);
  }
  SECTION("it is a link") {
    fs::create_directory_symlink(dir.path(), dir.path() / name);
  }
  CHECK_THROWS_AS(path_in(environment), script::RevisionError);
}

TEST_CASE("a folder of the user's own is for the user alone", "[script][cpp]") {
  const test::TempDir dir;
  const CppCache cache({}, base::fixed_environment({{"TMPDIR", dir.path().string()}}));
  cache.write("x/y", "text");
  CHECK(cache.read("x/y") == "text");
  CHECK(fs::status(cache.path()).permissions() == fs::perms::owner_all);
}

TEST_CASE("what was not used for sixty days goes, and what is used stays", "[script][cpp]") {
  const test::TempDir dir;
  script::CppOptions options;
  options.cache_dir = dir.path() / "cache";
  const CppCache cache(options, base::fixed_environment({}));
  const auto now = fs::file_time_type::clock::now();
  const auto days = [](int count) { return std::chrono::hours(24 * count); };
  const auto write = [&](const fs::path& name, int age) {
    cache.write(name, "x");
    fs::last_write_time(cache.path() / name, now - days(age));
  };
  write("objects/old.so", 61);
  write("objects/young.so", 59);
  write("objects/touched.so", 61);
  write("manifests/old", 100);
  write("foreign", 100);
  cache.write("headers-old/include/x.hpp", "x");
  fs::last_write_time(cache.path() / "headers-old", now - days(61));
  cache.write("tmp/build-left/x", "x");
  fs::last_write_time(cache.path() / "tmp/build-left", now - days(2));
  cache.touch("objects/touched.so");
  cache.prune();
  CHECK_FALSE(fs::exists(cache.path() / "objects/old.so"));
  CHECK(fs::exists(cache.path() / "objects/young.so"));
  CHECK(fs::exists(cache.path() / "objects/touched.so"));
  CHECK_FALSE(fs::exists(cache.path() / "manifests/old"));
  CHECK_FALSE(fs::exists(cache.path() / "headers-old"));
  CHECK_FALSE(fs::exists(cache.path() / "tmp/build-left"));
  CHECK(fs::exists(cache.path() / "foreign"));

  SECTION("it is looked for once a day") {
    write("objects/next.so", 61);
    cache.prune();
    CHECK(fs::exists(cache.path() / "objects/next.so"));
  }
}
