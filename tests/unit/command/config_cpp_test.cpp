// [alembic.cpp] and [alembic.naming_convention].
#include <catch2/catch.hpp>

#include "unit/command/config_folder.hpp"

using namespace migrate;
using Catch::Contains;
using test::ConfigFolder;
using test::fault_of;

TEST_CASE("an empty table leaves everything about C++ to migrate", "[config][cpp]") {
  const ConfigFolder folder;
  const auto config = folder.load();
  CHECK(config.cpp.compiler.empty());
  CHECK(config.cpp.flags.empty());
  CHECK(config.cpp.include_dirs.empty());
  CHECK(config.cpp.libraries.empty());
  CHECK(config.cpp.standard == "c++20");
  CHECK(config.cpp.pch);
  CHECK(config.cpp.cache_dir.empty());
  CHECK(config.cpp.project_dir == folder.directory().path());
  CHECK(config.naming_convention == schema::NamingConvention{});
}

TEST_CASE("every key about C++ arrives, paths counting from the file", "[config][cpp]") {
  ConfigFolder folder(R"([alembic]
[alembic.cpp]
compiler = "tools/g++ -pipe"
flags = ["-O1", "-DNAME=\"a b\""]
include_dirs = ["include", "../shared", "${SDK}/include"]
libraries = ["z", "lib/libx.so", "-L/opt/lib", "/usr/lib/liby.a"]
standard = "gnu++23"
pch = false
cache_dir = ".cache/modules/"
)");
  folder.environment = {{"SDK", "/opt/sdk"}};
  const auto cpp = folder.load().cpp;
  const auto& here = folder.directory().path();
  CHECK(cpp.compiler == (here / "tools/g++").string() + " -pipe");
  CHECK(cpp.flags == std::vector<std::string>{"-O1", "-DNAME=\"a b\""});
  CHECK(cpp.include_dirs ==
        std::vector<std::filesystem::path>{here / "include", here.parent_path() / "shared", "/opt/sdk/include"});
  CHECK(cpp.libraries ==
        std::vector<std::string>{"z", (here / "lib/libx.so").string(), "-L/opt/lib", "/usr/lib/liby.a"});
  CHECK(cpp.standard == "gnu++23");
  CHECK_FALSE(cpp.pch);
  CHECK(cpp.cache_dir == here / ".cache/modules");
}

TEST_CASE("a compiler without a slash is looked up by its name", "[config][cpp]") {
  CHECK(ConfigFolder("[alembic]\n[alembic.cpp]\ncompiler = \"ccache clang++-16\"\n").load().cpp.compiler ==
        "ccache clang++-16");
  CHECK(ConfigFolder("[alembic]\n[alembic.cpp]\ncompiler = \"/opt/bin/g++\"\n").load().cpp.compiler == "/opt/bin/g++");
}

TEST_CASE("a setting about C++ that cannot be meant says what to write", "[config][cpp]") {
  CHECK_THAT(fault_of("[alembic]\n[alembic.cpp]\nstandard = \"c++17\"\n"),
             Contains("alembic.toml:3:12: alembic.cpp.standard must be one of c++20,") && Contains("found \"c++17\""));
  CHECK_THAT(fault_of("[alembic]\n[alembic.cpp]\nflags = [\"-O1 -g\"]\n"), Contains("several flags in one text"));
  CHECK_THAT(fault_of("[alembic]\n[alembic.cpp]\nflags = \"-O1\"\n"), Contains("must be a list of texts"));
  CHECK_THAT(fault_of("[alembic]\n[alembic.cpp]\nflags = [\"\"]\n"), Contains("a flag must not be empty"));
  CHECK_THAT(fault_of("[alembic]\n[alembic.cpp]\ncache_dir = \"~/x\"\n"), Contains("Write ${HOME} instead"));
  CHECK_THAT(fault_of("[alembic]\n[alembic.cpp]\ninclude_dirs = [\"\"]\n"), Contains("must not be empty"));
  CHECK_THAT(fault_of("[alembic]\n[alembic.cpp]\nlibraries = [\"libz.so\"]\n"),
             Contains("Write \"z\", or a path with a slash."));
  CHECK_THAT(fault_of("[alembic]\n[alembic.cpp]\ncompiler = \" \"\n"), Contains("must not be blank"));
  CHECK_THAT(fault_of("[alembic]\n[alembic.cpp]\ninclude_dir = []\n"), Contains("did you mean include_dirs?"));
  CHECK_THAT(fault_of("[alembic]\n[cpp]\n"), Contains("the table cpp belongs within alembic"));
}

TEST_CASE("the naming convention takes the tokens in both spellings", "[config][cpp]") {
  const auto naming = ConfigFolder(
                          "[alembic]\n[alembic.naming_convention]\nix = \"ix_%(column_0_label)s\"\n"
                          "uq = \"uq_{table_name}_{column_0_N_name}\"\nck = \"ck_%(table_name)s_%(constraint_name)s\"\n"
                          "fk = \"fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s\"\n"
                          "pk = \"pk_{table_name}\"\n")
                          .load()
                          .naming_convention;
  CHECK(naming.ix == "ix_%(column_0_label)s");
  CHECK(naming.uq == "uq_{table_name}_{column_0_N_name}");
  CHECK(naming.ck == "ck_%(table_name)s_%(constraint_name)s");
  CHECK(naming.fk == "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s");
  CHECK(naming.pk == "pk_{table_name}");
}

TEST_CASE("an unknown token names its line and the nearest token", "[config][cpp]") {
  CHECK_THAT(fault_of("[alembic]\n[alembic.naming_convention]\npk = \"pk_{table}\"\nuq = \"uq_%(colum_0_name)s\"\n"),
             Contains("alembic.toml:3:6: alembic.naming_convention.pk: ") && Contains("table_name") &&
                 Contains("alembic.toml:4:6: alembic.naming_convention.uq: ") && Contains("column_0_name"));
}

TEST_CASE("config shows what is set about C++, and from where", "[config][settings][cpp]") {
  ConfigFolder folder(
      "[alembic]\n[alembic.cpp]\nflags = [\"-DKEY=${API_KEY}\"]\n[alembic.naming_convention]\npk = "
      "\"pk_{table_name}\"\n");
  folder.environment = {{"API_KEY", "geheim"}};
  CHECK(folder.setting("cpp.standard") == "c++20 < default");
  CHECK(folder.setting("cpp.flags") == "[\"-DKEY=***\"] < alembic.toml:3, $API_KEY");
  CHECK(folder.setting("naming_convention.pk") == "pk_{table_name} < alembic.toml:5");
  CHECK(folder.setting("naming_convention.ix") == " < default");
}
