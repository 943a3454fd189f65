#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <chrono>
#include <thread>

#include "migrate/base/clock.hpp"
#include "migrate/base/files.hpp"
#include "migrate/base/process.hpp"
#include "unit/script/cpp_project.hpp"

using namespace migrate;
using Catch::Contains;
using migrate::test::CppProject;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

base::Environment with(std::map<std::string, std::string, std::less<>> values) {
  return [fixed = base::fixed_environment(std::move(values))](std::string_view name) { return fixed(name); };
}

std::string no_compiler(const CppProject& project) {
  try {
    project.build({project.plain_revision("a")});
  } catch (const script::NoCompilerError& error) {
    return std::string(error.what()) + "\n" + error.hint();
  }
  return "";
}

std::string runs(const CppProject& project) {
  const auto runner = script::isolated_runner();
  runner->load(CppProject::modules(project.build({project.plain_revision("it runs")})));
  std::string asked;
  runner->run("it runs", script::Direction::upgrade, "", [&](std::string_view request) {
    asked += request;
    return script::ServeReply{};
  });
  return asked;
}

fs::path program(const CppProject& project, const fs::path& name, std::string_view text) {
  auto path = project.dir().write(name, text);
  fs::permissions(path, fs::perms::owner_all);
  return path;
}

}  // namespace

TEST_CASE("without a compiler the message says what was looked for, and names the way out", "[script][cpp]") {
  CppProject project;
  SECTION("nothing is named") {
    project.options.compiler.clear();
    project.environment = with({{"PATH", project.dir().path().string()}});
    CHECK_THAT(no_compiler(project), Contains("$CXX is not set") && Contains("c++, g++ or clang++") &&
                                         Contains(project.dir().path().string()) && Contains("migrate bundle") &&
                                         Contains("[alembic.cpp]"));
  }
  SECTION("the one named by the settings is missing") {
    project.options.compiler = "/opt/none/g++";
    CHECK_THAT(no_compiler(project), Contains("no program \"/opt/none/g++\", which [alembic.cpp] compiler names"));
  }
  SECTION("the one named by $CXX is missing") {
    project.options.compiler.clear();
    project.environment = with({{"CXX", "ccache no-such-compiler-here"}, {"PATH", ""}});
    CHECK_THAT(no_compiler(project), Contains("\"ccache no-such-compiler-here\", which $CXX names"));
  }
  SECTION("a program that is none") {
    project.options.compiler = "true";
    CHECK_THAT(no_compiler(project), Contains("neither GCC nor Clang"));
  }
  SECTION("a program that fails") {
    project.options.compiler = "ls";
    CHECK_THAT(no_compiler(project), Contains("-v` failed") || Contains("neither GCC nor Clang"));
  }
}

TEST_CASE("a compiler may be several words, be named by $CXX, or lie in a folder with a blank", "[script][cpp]") {
  CppProject project;
  project.options.pch = false;
  project.options.compiler.clear();
  const auto path = base::process_environment()("PATH").value_or("");
  SECTION("several words in $CXX") {
    program(project, "bin/launcher", "#!/bin/sh\nexec \"$@\"\n");
    project.environment =
        with({{"CXX", "launcher g++ -DWORD"}, {"PATH", project.dir().path().string() + "/bin:" + path}});
  }
  SECTION("a blank in its path") {
    project.options.compiler = program(project, "my tools/g++", "#!/bin/sh\nexec g++ \"$@\"\n").string();
  }
  SECTION("relative to the project") {
    program(project, "project/tools/cxx", "#!/bin/sh\nexec g++ \"$@\"\n");
    project.options.compiler = "tools/cxx";
  }
  SECTION("the usual names") {
    project.environment = with({{"PATH", path}});
  }
  CHECK(runs(project) == "it runs");
}

TEST_CASE("another version of the compiler compiles again", "[script][cpp]") {
  CppProject project;
  project.options.pch = false;
  const auto tool = [&](const std::string& version) {
    project.options.compiler =
        program(project, "cxx",
                "#!/bin/sh\nif [ \"$1\" = -v ]; then echo 'gcc version " + version + "'; else exec g++ \"$@\"; fi\n")
            .string();
  };
  tool("12.0");
  const std::vector revisions{project.plain_revision("a")};
  project.build(revisions);
  CHECK(project.build(revisions).modules[0].cached);
  tool("12.0.1");
  CHECK_FALSE(project.build(revisions).modules[0].cached);
}

TEST_CASE("Clang compiles revisions, with a precompiled header too", "[script][cpp]") {
  if (!base::find_program("clang++")) {
    WARN("there is no clang++ here");
    return;
  }
  CppProject project("clang++");
  project.options.jobs = 1;
  CHECK(runs(project) == "it runs");
  std::vector<script::Revision> revisions;
  for (int number = 0; number < 6; ++number) revisions.push_back(project.plain_revision("r" + std::to_string(number)));
  project.build(revisions);
  const auto before = project.starts();
  // The header that is there now serves one, even when the files of the cache have other times.
  for (const auto& entry : fs::recursive_directory_iterator(project.options.cache_dir)) {
    if (entry.path().extension() == ".hpp") fs::last_write_time(entry, fs::file_time_type::clock::now() - 1h);
  }
  revisions.push_back(project.plain_revision("late"));
  const auto report = project.build(revisions);
  CHECK(project.starts() == before + 1);
  CHECK(report.modules.back().warnings.empty());
  const auto runner = script::isolated_runner();
  runner->load(CppProject::modules(report));
  CHECK(runner->has("late", script::Direction::upgrade));
}

TEST_CASE("a precompiled header that is damaged costs time and nothing else", "[script][cpp]") {
  CppProject project;
  project.options.jobs = 1;
  std::vector<script::Revision> revisions;
  for (int number = 0; number < 6; ++number) revisions.push_back(project.plain_revision("r" + std::to_string(number)));
  project.build(revisions);
  for (const auto& entry : fs::recursive_directory_iterator(project.options.cache_dir)) {
    if (entry.path().extension() == ".gch") base::replace_file(entry.path(), "gch?");
  }
  CHECK(runs(project) == "it runs");
}

TEST_CASE("an interrupt ends the compilers and leaves no file behind", "[script][cpp]") {
  CppProject project;
  std::array<int, 2> ends{};
  REQUIRE(::pipe(ends.data()) == 0);
  project.options.interrupt_fd = ends[0];
  project.options.pch = false;
  project.options.compiler =
      program(project, "slow", "#!/bin/sh\nif [ \"$1\" = -v ]; then echo 'gcc version 1'; else sleep 60; fi\n")
          .string();
  std::thread later([&] {
    std::this_thread::sleep_for(200ms);
    [[maybe_unused]] const auto written = ::write(ends[1], "!", 1);
  });
  const base::Stopwatch watch;
  CHECK_THROWS_AS(project.build({project.plain_revision("a"), project.plain_revision("b")}), script::Interrupted);
  later.join();
  CHECK(watch.elapsed() < 30s);
  CHECK(project.cached("tmp").empty());
  for (const int end : ends) ::close(end);
}
