#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <thread>

#include "migrate/base/files.hpp"
#include "migrate/base/text.hpp"
#include "unit/script/cpp_project.hpp"

using namespace migrate;
using Catch::Contains;
using migrate::test::CppProject;
namespace fs = std::filesystem;

namespace {

std::string message_of(const CppProject& project, const std::vector<script::Revision>& revisions) {
  try {
    project.build(revisions);
  } catch (const script::CompileError& error) {
    return error.what();
  }
  return "";
}

std::vector<bool> cached(const script::BuildReport& report) {
  std::vector<bool> flags;
  for (const auto& module : report.modules) flags.push_back(module.cached);
  return flags;
}

}  // namespace

TEST_CASE("many revisions are compiled once, and after that no compiler is started", "[script][cpp]") {
  CppProject project;
  std::vector<script::Revision> revisions;
  for (int number = 0; number < 30; ++number) revisions.push_back(project.plain_revision(fmt::format("r{}", number)));
  std::size_t announced = 0;
  std::size_t told = 0;
  const auto first = project.build(revisions, {[&](std::size_t count) { announced = count; },
                                               [&](const script::BuiltModule& built) { told += built.seconds > 0; }});
  CHECK(announced == 30);
  CHECK(told == 30);
  // Its version, the support library, a precompiled header, and each revision.
  CHECK(project.starts() == 33);
  for (std::size_t at = 0; at < 30; ++at) CHECK(first.modules[at].revision == revisions[at].id);

  const auto second = project.build(revisions, {[&](std::size_t) { FAIL("nothing is to be compiled"); }, {}});
  CHECK(project.starts() == 33);
  CHECK(cached(second) == std::vector<bool>(30, true));
  CHECK(second.support == first.support);
  CHECK(second.modules[7].module == first.modules[7].module);

  SECTION("one that is new is compiled alone, and is given the header that is there") {
    revisions.push_back(project.plain_revision("late"));
    project.build(revisions);
    CHECK(project.starts() == 34);
  }
  CHECK(project.cached("tmp").empty());
}

TEST_CASE("the same content in another checkout is found in the cache", "[script][cpp]") {
  const CppProject project;
  const auto revision = project.revision("a",
                                         "#include \"../inc/help.hpp\"\nvoid upgrade(migrate::Operations&) {}\n"
                                         "const char* here() { return __FILE__; }");
  project.dir().write("project/inc/help.hpp", "#pragma once\n");
  const auto first = project.build({revision});
  auto moved = project.options;
  moved.project_dir = project.dir().path() / "elsewhere";
  fs::copy(project.options.project_dir, moved.project_dir, fs::copy_options::recursive);
  auto copy = revision;
  copy.path = moved.project_dir / "versions/a.cpp";
  const auto second =
      script::detail::CppBuilder(test::small_tree(), moved, project.environment).build(std::vector{copy}, {});
  CHECK(cached(second) == std::vector<bool>{true});
  CHECK(second.modules[0].module == first.modules[0].module);
  CHECK(base::read_file(first.modules[0].module).find(project.options.project_dir.string()) == std::string::npos);
}

TEST_CASE("a changed header compiles those again that include it, and no others", "[script][cpp]") {
  CppProject project;
  project.options.include_dirs = {project.options.project_dir / "first", project.options.project_dir / "second"};
  project.dir().write("project/second/shared.hpp", "#pragma once\n#include \"deep.hpp\"\n");
  project.dir().write("project/second/deep.hpp", "#pragma once\ninline const char* word() { return \"old\"; }\n");
  const std::vector<script::Revision> revisions{
      project.revision("uses", "#include <shared.hpp>\nvoid upgrade(migrate::Operations& op) { op.execute(word()); }"),
      project.plain_revision("other")};
  project.build(revisions);
  CHECK(cached(project.build(revisions)) == std::vector<bool>{true, true});

  SECTION("changed through another header") {
    project.dir().write("project/second/deep.hpp", "#pragma once\ninline const char* word() { return \"new\"; }\n");
    CHECK(cached(project.build(revisions)) == std::vector<bool>{false, true});
    SECTION("and back: what was compiled before is still there") {
      project.dir().write("project/second/deep.hpp", "#pragma once\ninline const char* word() { return \"old\"; }\n");
      CHECK(cached(project.build(revisions)) == std::vector<bool>{true, true});
    }
  }
  SECTION("a file of the same name that is found first") {
    project.dir().write("project/first/deep.hpp", "#pragma once\ninline const char* word() { return \"near\"; }\n");
    CHECK(cached(project.build(revisions)) == std::vector<bool>{false, true});
  }
  SECTION("touched, with the same content") {
    fs::last_write_time(project.options.project_dir / "second/deep.hpp", fs::file_time_type::clock::now());
    CHECK(cached(project.build(revisions)) == std::vector<bool>{true, true});
  }
}

TEST_CASE("flags, the standard, libraries and the compiler's variables are part of what is compiled", "[script][cpp]") {
  CppProject project;
  project.options.pch = false;
  const std::vector<script::Revision> revisions{project.plain_revision("a")};
  project.build(revisions);
  SECTION("flags") {
    project.options.flags = {"-DX=1"};
  }
  SECTION("standard") {
    project.options.standard = "gnu++20";
  }
  SECTION("libraries") {
    project.options.libraries = {"m"};
  }
  SECTION("variables") {
    project.environment = [](std::string_view name) -> std::optional<std::string> {
      if (name == "CPATH") return "/nowhere";
      return base::process_environment()(name);
    };
  }
  CHECK(cached(project.build(revisions)) == std::vector<bool>{false});
  CHECK(cached(project.build(revisions)) == std::vector<bool>{true});
}

TEST_CASE("an archive that is linked in is part of what is compiled", "[script][cpp]") {
  CppProject project;
  const auto archive = [&](int value) {
    project.dir().write("project/lib/x.c", fmt::format("int extra(void) {{ return {}; }}", value));
    const auto folder = (project.options.project_dir / "lib").string();
    REQUIRE(std::system(
                fmt::format("cd '{0}' && rm -f libx.a && gcc -fPIC -c x.c && ar rcs libx.a x.o", folder).c_str()) == 0);
  };
  archive(1);
  project.options.flags = {"-Llib"};
  project.options.libraries = {"x"};
  const std::vector<script::Revision> revisions{project.revision(
      "a",
      "extern \"C\" int extra();\nvoid upgrade(migrate::Operations& op) { if (extra() == 1) op.execute(\"one\"); }")};
  project.build(revisions);
  CHECK(cached(project.build(revisions)) == std::vector<bool>{true});
  archive(2);
  CHECK(cached(project.build(revisions)) == std::vector<bool>{false});
}

TEST_CASE("damaged entries of the cache are made anew", "[script][cpp]") {
  const CppProject project;
  const std::vector<script::Revision> revisions{project.plain_revision("a")};
  const auto first = project.build(revisions);
  const auto module = first.modules[0].module;
  const auto intact = base::read_file(module);
  SECTION("a truncated module") {
    base::replace_file(module, intact.substr(0, intact.size() / 2));
  }
  SECTION("an empty module") {
    base::replace_file(module, "");
  }
  SECTION("a module with one byte changed") {
    auto text = intact;
    text[text.size() / 2] = static_cast<char>(text[text.size() / 2] ^ 1);
    base::replace_file(module, text);
  }
  SECTION("a module that is gone") {
    fs::remove(module);
  }
  SECTION("empty manifests") {
    for (const auto& file : project.cached("manifests")) base::replace_file(file, "");
  }
  SECTION("manifests of garbage") {
    for (const auto& file : project.cached("manifests"))
      base::replace_file(file, "migrate manifest 1\nobject\nsum x\n");
  }
  SECTION("a truncated manifest") {
    for (const auto& file : project.cached("manifests")) {
      base::replace_file(file, base::read_file(file).substr(0, 150));
    }
  }
  SECTION("a set of files that was cut") {
    for (const auto& file : project.cached("sets")) base::replace_file(file, "");
  }
  SECTION("headers that somebody removed") {
    fs::remove(module);
    for (const auto& entry : fs::directory_iterator(project.options.cache_dir)) {
      const auto header = entry.path() / "include/migrate/op.hpp";
      if (fs::exists(header)) fs::remove(header);
    }
  }
  const auto again = project.build(revisions);
  CHECK_FALSE(again.modules[0].cached);
  CHECK(base::read_file(again.modules[0].module).size() == intact.size());
  CHECK(cached(project.build(revisions)) == std::vector<bool>{true});
}

TEST_CASE("every revision that does not compile is told about, in the compiler's words", "[script][cpp]") {
  const CppProject project;
  project.dir().write("project/inc/wrong.hpp", "int broken = \"text\";\n");
  const auto message =
      message_of(project, {project.revision("good", "void upgrade(migrate::Operations&) {}"),
                           project.revision("typo", "void upgrade(migrate::Operations& op) {\n  op.exekute(\"x\");\n}"),
                           project.revision("deep", "#include \"../inc/wrong.hpp\"\n")});
  CHECK_THAT(message, Contains("2 C++ revisions do not compile:\n"));
  CHECK_THAT(message, Contains("versions/typo.cpp:6:6: error:") && Contains("exekute"));
  CHECK_THAT(message, Contains("inc/wrong.hpp:1:14: error:") && Contains("versions/deep.cpp:5"));
  CHECK(message.find(project.dir().path().string()) == std::string::npos);
  CHECK(message.find("good.cpp") == std::string::npos);
  CHECK(project.cached("tmp").empty());
}

TEST_CASE("a fault that only migrate's header shows names the header as it is included", "[script][cpp]") {
  const CppProject project;
  const auto message =
      message_of(project, {project.revision("a", "void upgrade(migrate::Operations& op) { op.execute(1.5); }")});
  CHECK_THAT(message, Contains("a C++ revision does not compile:\n") && Contains("migrate/op.hpp:"));
  CHECK(message.find("headers-") == std::string::npos);
}

TEST_CASE("warnings of a revision are handed on, and do not come from migrate's own headers", "[script][cpp]") {
  CppProject project;
  project.options.flags = {"-Wall", "-Wextra", "-Wsuggest-attribute=const", "-Weffc++"};
  const auto report = project.build({project.revision("a", "void upgrade(migrate::Operations&) { int unused = 1; }")});
  CHECK_THAT(report.modules[0].warnings, Contains("versions/a.cpp:5") && Contains("unused"));
  CHECK(report.modules[0].warnings.find("op.hpp") == std::string::npos);
}

TEST_CASE("a revision that defines macros before it includes is compiled as it is written", "[script][cpp]") {
  CppProject project;
  project.options.jobs = 1;
  std::vector<script::Revision> revisions;
  for (int number = 0; number < 6; ++number) revisions.push_back(project.plain_revision(fmt::format("r{}", number)));
  revisions.push_back(project.file("odd",
                                   "#define execute run_it\n#include <migrate/op.hpp>\n#include <migrate/op.hpp>\n"
                                   "void upgrade(migrate::Operations& op) { (void)&migrate::Operations::run_it; }\n"));
  revisions.push_back(project.revision("twice", "#include <migrate/op.hpp>\nvoid upgrade(migrate::Operations&) {}"));
  CHECK(project.build(revisions).modules.size() == 8);
  CHECK_FALSE(project.cached("").empty());
}

TEST_CASE("two programs that build the same at the same time both have it", "[script][cpp]") {
  const CppProject project;
  std::vector<script::Revision> revisions;
  for (int number = 0; number < 4; ++number) revisions.push_back(project.plain_revision(fmt::format("r{}", number)));
  std::vector<script::BuildReport> reports(3);
  {
    std::vector<std::thread> programs;
    for (auto& report : reports) programs.emplace_back([&] { report = project.build(revisions); });
    for (auto& program : programs) program.join();
  }
  for (const auto& report : reports) {
    for (const auto& module : report.modules) CHECK(fs::exists(module.module));
  }
  CHECK(cached(project.build(revisions)) == std::vector<bool>(4, true));
  CHECK(project.cached("tmp").empty());
}

TEST_CASE("a cache that cannot be written names its setting", "[script][cpp]") {
  CppProject project;
  project.options.cache_dir = project.dir().write("a file", "x") / "cache";
  try {
    project.build({project.plain_revision("a")});
    FAIL("no error");
  } catch (const script::RevisionError& error) {
    CHECK_THAT(error.what(), Contains("cannot write the cache") && Contains("a file/cache"));
    CHECK_THAT(error.hint(), Contains("cpp.cache_dir"));
  }
}
