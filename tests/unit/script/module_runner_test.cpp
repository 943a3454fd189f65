#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <csignal>
#include <thread>

#include "migrate/base/clock.hpp"
#include "migrate/base/files.hpp"
#include "unit/script/cpp_project.hpp"

using namespace migrate;
using Catch::Contains;
using migrate::script::Direction;
using migrate::test::CppProject;
using namespace std::chrono_literals;

namespace {

/// Compiled once for all cases here.
const CppProject& project() {
  static const CppProject one;
  return one;
}

script::ModuleSet compiled(const std::vector<std::string>& bodies) {
  std::vector<script::Revision> revisions;
  for (const auto& body : bodies) revisions.push_back(project().revision(fmt::format("r{}", revisions.size()), body));
  return CppProject::modules(project().build(revisions));
}

/// What a revision asked for.
struct Asked {
  std::vector<std::string> requests;
  script::Serve serve = [this](std::string_view request) {
    requests.emplace_back(request);
    return script::ServeReply{request == "refuse", "answer to " + std::string(request)};
  };
};

/// Something that becomes readable after a while.
class LateInterrupt {
 public:
  explicit LateInterrupt(std::chrono::milliseconds after) {
    REQUIRE(::pipe(ends_.data()) == 0);
    thread_ = std::thread([this, after] {
      std::this_thread::sleep_for(after);
      [[maybe_unused]] const auto written = ::write(ends_[1], "!", 1);
    });
  }
  ~LateInterrupt() {
    thread_.join();
    for (const int end : ends_) ::close(end);
  }
  LateInterrupt(const LateInterrupt&) = delete;
  LateInterrupt& operator=(const LateInterrupt&) = delete;
  [[nodiscard]] int descriptor() const { return ends_[0]; }

 private:
  std::array<int, 2> ends_{};
  std::thread thread_;
};

constexpr const char* k_plain = R"(
void upgrade(migrate::Operations& op) { op.execute("up"); op.execute(op.answer()); }
void downgrade(migrate::Operations& op) { op.execute("down"); })";

std::string load_failure(script::ModuleRunner& runner, const script::ModuleSet& set) {
  try {
    runner.load(set);
  } catch (const script::RevisionError& error) {
    return fmt::format("{}\n{}", error.what(), error.hint());
  }
  return "";
}

std::string crash_of(const std::string& body) {
  const auto runner = script::isolated_runner();
  runner->load(compiled({body}));
  Asked asked;
  try {
    runner->run("r0", Direction::upgrade, "", asked.serve);
  } catch (const script::ModuleCrash& crash) {
    return fmt::format("{} [{} {}]", crash.what(), crash.signal(), crash.exit_code());
  }
  return "";
}

bool no_child_is_left() {
  return ::waitpid(-1, nullptr, WNOHANG) < 0 && errno == ECHILD;
}

}  // namespace

TEST_CASE("a revision's requests are served, and its answers reach it", "[script][cpp]") {
  const auto isolated = GENERATE(true, false);
  const auto runner = isolated ? script::isolated_runner() : script::in_process_runner();
  runner->load(compiled({k_plain, "void upgrade(migrate::Operations& op) { op.execute(op.answer()); }"}));
  CHECK(runner->has("r0", Direction::downgrade));
  CHECK(runner->has("r1", Direction::upgrade));
  CHECK_FALSE(runner->has("r1", Direction::downgrade));
  CHECK_FALSE(runner->has("r2", Direction::upgrade));
  Asked asked;
  CHECK(runner->run("r0", Direction::upgrade, "", asked.serve));
  CHECK(runner->run("r0", Direction::downgrade, "", asked.serve));
  CHECK(runner->run("r1", Direction::upgrade, "the info", asked.serve));
  CHECK(asked.requests == std::vector<std::string>{"up", "answer to up", "down", "the info"});
}

TEST_CASE("a revision that throws says so in its last request", "[script][cpp]") {
  const auto isolated = GENERATE(true, false);
  const auto runner = isolated ? script::isolated_runner() : script::in_process_runner();
  runner->load(
      compiled({"#include <stdexcept>\nvoid upgrade(migrate::Operations& op) { op.execute(\"one\"); throw "
                "std::runtime_error(\"no more\"); }",
                "void upgrade(migrate::Operations& op) { op.execute(\"refuse\"); op.execute(\"never\"); }"}));
  Asked asked;
  CHECK_FALSE(runner->run("r0", Direction::upgrade, "", asked.serve));
  CHECK_FALSE(runner->run("r1", Direction::upgrade, "", asked.serve));
  CHECK(asked.requests == std::vector<std::string>{"one", "no more", "refuse", "refused"});
}

TEST_CASE("large requests and answers arrive whole", "[script][cpp]") {
  const auto runner = script::isolated_runner();
  runner->load(
      compiled({"#include <string>\n#include <cstring>\nvoid upgrade(migrate::Operations& op) {\n"
                "  std::string big(5000000, 'x');\n  op.execute(big.c_str());\n"
                "  op.execute(std::strlen(op.answer()) == 3000000 ? \"whole\" : \"cut\"); }"}));
  std::vector<std::size_t> sizes;
  std::string last;
  CHECK(runner->run("r0", Direction::upgrade, "", [&](std::string_view request) {
    sizes.push_back(request.size());
    last = request;
    return script::ServeReply{false, std::string(3000000, 'y')};
  }));
  CHECK(sizes[0] == 5000000);
  CHECK(last == "whole");
}

TEST_CASE("what serve throws comes out of run, and the next run starts afresh", "[script][cpp]") {
  const auto isolated = GENERATE(true, false);
  const auto runner = isolated ? script::isolated_runner() : script::in_process_runner();
  runner->load(compiled({k_plain}));
  const auto fail = [](std::string_view) -> script::ServeReply { throw std::domain_error("the database is gone"); };
  CHECK_THROWS_AS(runner->run("r0", Direction::upgrade, "", fail), std::domain_error);
  Asked asked;
  CHECK(runner->run("r0", Direction::downgrade, "", asked.serve));
  CHECK(asked.requests == std::vector<std::string>{"down"});
}

TEST_CASE("a revision that crashes or ends the process is told about by file and cause", "[script][cpp]") {
  CHECK(crash_of("void upgrade(migrate::Operations&) { *static_cast<volatile int*>(nullptr) = 1; }") ==
        "versions/r0.cpp: upgrade() crashed (signal 11, segmentation fault) [11 0]");
  CHECK(crash_of("#include <cstdlib>\nvoid upgrade(migrate::Operations&) { std::abort(); }") ==
        "versions/r0.cpp: upgrade() crashed (signal 6, aborted) [6 0]");
  CHECK(crash_of("#include <cstdlib>\nvoid upgrade(migrate::Operations&) { std::exit(3); }") ==
        "versions/r0.cpp: upgrade() called exit(3) [0 3]");
  CHECK(crash_of("#include <unistd.h>\nvoid upgrade(migrate::Operations& op) { op.execute(\"x\"); _exit(0); }") ==
        "versions/r0.cpp: upgrade() called exit(0) [0 0]");
  CHECK(
      crash_of("#include <thread>\nvoid upgrade(migrate::Operations&) { std::thread t([]{ throw 1; }); t.join(); }") ==
      "versions/r0.cpp: upgrade() crashed (signal 6, aborted) [6 0]");
  CHECK(crash_of("void upgrade(migrate::Operations& op) { upgrade(op); asm(\"\"); }") ==
        "versions/r0.cpp: upgrade() crashed (signal 11, segmentation fault) [11 0]");
}

TEST_CASE("after a crash the next revision runs in a new process", "[script][cpp]") {
  const auto runner = script::isolated_runner();
  runner->load(compiled({"void upgrade(migrate::Operations&) { __builtin_trap(); }", k_plain}));
  Asked asked;
  CHECK_THROWS_AS(runner->run("r0", Direction::upgrade, "", asked.serve), script::ModuleCrash);
  CHECK(no_child_is_left());
  CHECK(runner->run("r1", Direction::upgrade, "", asked.serve));
  CHECK(asked.requests == std::vector<std::string>{"up", "answer to up"});
}

TEST_CASE("a revision that crashes while it is loaded is named, and nothing runs", "[script][cpp]") {
  const auto runner = script::isolated_runner();
  const auto failure =
      load_failure(*runner, compiled({k_plain,
                                      "#include <cstdlib>\nint* at = nullptr;\nstruct Bad { Bad() { *at = 1; } } bad;\n"
                                      "void upgrade(migrate::Operations&) {}"}));
  CHECK_THAT(failure,
             Contains("versions/r1.cpp: the revision crashed (signal 11, segmentation fault) while it was loaded") &&
                 Contains("static objects"));
  const auto left = load_failure(*runner, compiled({"#include <cstdlib>\nstruct Bad { Bad() { std::exit(3); } } bad;\n"
                                                    "void upgrade(migrate::Operations&) {}"}));
  CHECK_THAT(left, Contains("versions/r0.cpp: the revision called exit(3) while it was loaded"));
  CHECK(no_child_is_left());
}

TEST_CASE("a symbol that nothing defines is named as it is written in C++", "[script][cpp]") {
  const auto isolated = GENERATE(true, false);
  const auto runner = isolated ? script::isolated_runner() : script::in_process_runner();
  const auto failure =
      load_failure(*runner, compiled({"namespace shop { int price(const char*, int); }\n"
                                      "void upgrade(migrate::Operations&) { shop::price(\"x\", 1); }"}));
  CHECK_THAT(failure, Contains("versions/r0.cpp: it uses shop::price(char const*, int), which is defined nowhere") &&
                          Contains("libraries under [alembic.cpp]"));
}

TEST_CASE("a revision without upgrade() is shown how to write it", "[script][cpp]") {
  const auto isolated = GENERATE(true, false);
  const auto runner = isolated ? script::isolated_runner() : script::in_process_runner();
  const auto* body =
      GENERATE("namespace mine { void upgrade(migrate::Operations&) {} }",
               "static void upgrade(migrate::Operations&) {}\nvoid downgrade(migrate::Operations& op) { upgrade(op); }",
               "void upgrade(const migrate::Operations&) {}");
  CHECK_THAT(load_failure(*runner, compiled({body})),
             Contains("versions/r0.cpp: it has no function `void upgrade(Operations& op)`"));
}

TEST_CASE("revisions that use the same names do not meet", "[script][cpp]") {
  const auto isolated = GENERATE(true, false);
  const auto runner = isolated ? script::isolated_runner() : script::in_process_runner();
  const auto body = [](const char* word) {
    return fmt::format(
        "inline const char* kept = \"{0}\";\nconst char* word() {{ return \"{0}\"; }}\n"
        "template <class T> const char* made() {{ static const char* text = \"{0}\"; return text; }}\n"
        "void upgrade(migrate::Operations& op) {{ op.execute(kept); op.execute(word()); op.execute(made<int>()); }}",
        word);
  };
  runner->load(compiled({body("one"), body("two")}));
  Asked asked;
  runner->run("r0", Direction::upgrade, "", asked.serve);
  runner->run("r1", Direction::upgrade, "", asked.serve);
  CHECK(asked.requests == std::vector<std::string>{"one", "one", "one", "two", "two", "two"});
}

TEST_CASE("a revision that never returns is ended by an interrupt", "[script][cpp]") {
  const auto set =
      compiled({"#include <csignal>\nvoid upgrade(migrate::Operations& op) {\n  signal(SIGTERM, SIG_IGN);\n"
                "  op.execute(\"started\");\n  for (volatile int i = 0;; i = i + 1) {}\n}"});
  const LateInterrupt interrupt(200ms);
  const auto runner = script::isolated_runner(interrupt.descriptor());
  const base::Stopwatch watch;
  Asked asked;
  CHECK_THROWS_AS(
      [&] {
        runner->load(set);
        runner->run("r0", Direction::upgrade, "", asked.serve);
      }(),
      script::Interrupted);
  CHECK(watch.elapsed() < 20s);
  CHECK(no_child_is_left());
}

TEST_CASE("a process that a revision started and left does not keep migrate waiting", "[script][cpp]") {
  const base::Stopwatch watch;
  CHECK_THAT(crash_of("#include <unistd.h>\nvoid upgrade(migrate::Operations&) { if (fork() == 0) { sleep(30); "
                      "_exit(0); } _exit(5); }"),
             Contains("called exit(5)"));
  CHECK_THAT(crash_of("#include <unistd.h>\nvoid upgrade(migrate::Operations&) { for (int i = 3; i < 50; ++i) "
                      "close(i); sleep(30); }"),
             Contains("closed its connection to migrate"));
  CHECK(watch.elapsed() < 25s);
}

TEST_CASE("a revision has none of migrate's files, input or signal settings", "[script][cpp]") {
  const int kept = ::open("/dev/null", O_RDONLY);  // as a database connection would be
  sigset_t blocked;
  sigset_t before;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGTERM);
  ::pthread_sigmask(SIG_BLOCK, &blocked, &before);
  const auto runner = script::isolated_runner();
  runner->load(compiled({R"(
#include <csignal>
#include <string>
#include <unistd.h>
#include <fcntl.h>
void upgrade(migrate::Operations& op) {
  std::string open;
  for (int i = 0; i < 100; ++i) if (fcntl(i, F_GETFD) >= 0) open += std::to_string(i) + " ";
  op.execute(open.c_str());
  char c;
  op.execute(read(0, &c, 1) == 0 ? "no input" : "input");
  sigset_t mask;
  sigprocmask(SIG_SETMASK, nullptr, &mask);
  op.execute(sigismember(&mask, SIGTERM) ? "blocked" : "open");
})"}));
  Asked asked;
  runner->run("r0", Direction::upgrade, "", asked.serve);
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  ::close(kept);
  CHECK(asked.requests == std::vector<std::string>{"0 1 2 3 ", "no input", "open"});
}

TEST_CASE("modules that a bundle carries are loaded from memory", "[script][cpp]") {
  const auto isolated = GENERATE(true, false);
  auto set = compiled({k_plain, "void upgrade(migrate::Operations& op) { op.execute(\"second\"); }"});
  std::vector<std::string> texts;
  texts.reserve(3);
  const auto carry = [&](script::ModuleImage& image) {
    texts.push_back(base::read_file(image.path));
    image.bytes = texts.back();
    image.path.clear();
  };
  carry(set.support);
  for (auto& image : set.revisions) carry(image);
  const auto runner = isolated ? script::isolated_runner() : script::in_process_runner();
  runner->load(set);
  Asked asked;
  runner->run("r0", Direction::downgrade, "", asked.serve);
  runner->run("r1", Direction::upgrade, "", asked.serve);
  CHECK(asked.requests == std::vector<std::string>{"down", "second"});
}

TEST_CASE("a bundle's library stands in for one that the system does not have", "[script][cpp]") {
  CppProject other;
  const auto folder = other.dir().path() / "lib";
  other.dir().write("lib/x.c", "const char* from_library(void) { return \"bundled\"; }");
  const auto compile = fmt::format(
      "cd '{}' && gcc -shared -fPIC -Wl,-soname,libmigratetest.so.7 -o libmigratetest.so x.c", folder.string());
  REQUIRE(std::system(compile.c_str()) == 0);
  other.options.flags = {"-L" + folder.string()};
  other.options.libraries = {"migratetest"};
  auto set = CppProject::modules(
      other.build({other.revision("a",
                                  "extern \"C\" const char* from_library();\nvoid upgrade(migrate::Operations& op) { "
                                  "op.execute(from_library()); }")}));
  const auto runner = script::isolated_runner();
  CHECK_THAT(load_failure(*runner, set), Contains("versions/a.cpp: it cannot be loaded: libmigratetest.so.7"));
  const auto bytes = base::read_file(folder / "libmigratetest.so");
  set.libraries.push_back({.revision = "", .bytes = bytes, .source = "libmigratetest.so.7"});
  runner->load(set);
  Asked asked;
  runner->run("a", Direction::upgrade, "", asked.serve);
  CHECK(asked.requests == std::vector<std::string>{"bundled"});
}
