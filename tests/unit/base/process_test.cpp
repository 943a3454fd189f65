#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>

#include "migrate/base/clock.hpp"
#include "migrate/base/environment.hpp"
#include "migrate/base/error.hpp"
#include "migrate/base/files.hpp"
#include "migrate/base/process.hpp"

using namespace migrate::base;
using namespace std::chrono_literals;
using Catch::Contains;
namespace fs = std::filesystem;

namespace {

ProcessResult shell(const std::string& script, const ProcessOptions& options = {}) {
  return run_process({"sh", "-c", script}, options);
}

/// While it lives, a signal has this disposition.
class Disposition {
 public:
  Disposition(int number, void (*handler)(int)) : number_(number), before_(std::signal(number, handler)) {}
  ~Disposition() { std::signal(number_, before_); }
  Disposition(const Disposition&) = delete;
  Disposition& operator=(const Disposition&) = delete;

 private:
  int number_;
  void (*before_)(int);
};

fs::path script_in(const fs::path& directory, std::string_view text) {
  auto path = directory / "tool";
  write_new_file(path, text);
  fs::permissions(path, fs::perms::owner_all);
  return path;
}

}  // namespace

TEST_CASE("output, errors and exit code come back apart", "[base][process]") {
  const auto result = shell("echo out; echo err >&2; exit 3");
  CHECK(result.output == "out\n");
  CHECK(result.errors == "err\n");
  CHECK(result.exit_code == 3);
  CHECK_FALSE(result.timed_out);
}

TEST_CASE("arguments reach the program as they are", "[base][process]") {
  CHECK(run_process({"printf", "%s|", "a b", "$HOME", "'\"", "", "*"}).output == "a b|$HOME|'\"||*|");
}

TEST_CASE("streams larger than any pipe pass both ways at once", "[base][process]") {
  ProcessOptions options;
  options.input = std::string(3 << 20, 'x') + "end";
  const auto result = run_process({"cat"}, options);
  CHECK(result.output == *options.input);
  const auto both = shell(
      "i=0; while [ $i -lt 3000 ]; do echo 0123456789012345678901234567890123456789; "
      "echo 0123456789012345678901234567890123456789 >&2; i=$((i+1)); done");
  CHECK(both.output.size() == 123000);
  CHECK(both.errors.size() == 123000);
}

TEST_CASE("a child that does not read its input neither kills nor hangs us", "[base][process]") {
  const Disposition deadly(SIGPIPE, SIG_DFL);
  ProcessOptions options;
  options.input = std::string(1 << 20, 'x');
  CHECK(run_process({"true"}, options).exit_code == 0);
  CHECK(shell("exec <&-; sleep 0.1; echo done; exit 4", options).exit_code == 4);
  sigset_t mask;
  REQUIRE(::pthread_sigmask(SIG_BLOCK, nullptr, &mask) == 0);
  CHECK(sigismember(&mask, SIGPIPE) == 0);
}

TEST_CASE("without input standard input is empty", "[base][process]") {
  CHECK(run_process({"wc", "-c"}).output == "0\n");
}

TEST_CASE("a signal that ends the child shows in the exit code", "[base][process]") {
  CHECK(shell("kill -9 $$").exit_code == 137);
  CHECK(shell("kill -TERM $$").exit_code == 143);
}

TEST_CASE("the child starts with default signals, nothing blocked", "[base][process]") {
  const Disposition ignored(SIGPIPE, SIG_IGN);
  CHECK(shell("kill -PIPE $$; echo survived").exit_code == 141);
}

TEST_CASE("a child that takes too long is killed", "[base][process]") {
  ProcessOptions options;
  options.timeout = 100ms;
  const Stopwatch watch;
  const auto result = shell("echo begun; exec sleep 30", options);
  CHECK(result.timed_out);
  CHECK(result.exit_code == 137);
  CHECK(result.output == "begun\n");
  const auto closed = shell("exec sleep 30 >&- 2>&-", options);
  CHECK(closed.timed_out);
  CHECK(watch.elapsed() < 10s);
  options.timeout = 20s;
  CHECK_FALSE(shell("exit 0", options).timed_out);
}

TEST_CASE("a grandchild that keeps the streams open is not waited for", "[base][process]") {
  const Stopwatch watch;
  const auto result = shell("sleep 20 & echo $!; exit 5");
  CHECK(watch.elapsed() < 10s);
  CHECK(result.exit_code == 5);
  REQUIRE(!result.output.empty());
  ::kill(std::stoi(result.output), SIGKILL);
}

TEST_CASE("what cannot be run says why", "[base][process]") {
  const TemporaryDirectory folder;
  const auto missing = run_process({"no-such-program-anywhere"});
  CHECK(missing.exit_code == 127);
  CHECK(missing.errors == "no-such-program-anywhere: program not found\n");
  CHECK(run_process({}).exit_code == 127);
  CHECK(run_process({""}).exit_code == 127);
  CHECK(run_process({folder.path().string()}).exit_code == 127);

  const auto tool = script_in(folder.path(), "#!/no/such/interpreter\n");
  const auto interpreter = run_process({tool.string()});
  CHECK(interpreter.exit_code == 127);
  CHECK_THAT(interpreter.errors, Contains("tool: cannot be run: No such file"));

  replace_file(tool, "neither a script nor a program");
  CHECK(run_process({tool.string()}).exit_code == 126);
  CHECK_THAT(run_process({tool.string()}).errors, Contains("cannot be run: Exec format error"));

  ProcessOptions options;
  options.working_directory = folder.path() / "missing";
  const auto directory = run_process({"true"}, options);
  CHECK(directory.exit_code == 126);
  CHECK_THAT(directory.errors, Contains("cannot run in ") && Contains("missing: No such file"));
}

TEST_CASE("a program with a slash counts from the directory it runs in", "[base][process]") {
  const TemporaryDirectory folder;
  script_in(folder.path(), "#!/bin/sh\npwd -P\n");
  ProcessOptions options;
  options.working_directory = folder.path();
  CHECK(run_process({"./tool"}, options).output == fs::canonical(folder.path()).string() + "\n");
  CHECK(run_process({"./tool"}).exit_code == 127);
}

TEST_CASE("variables are added, replaced and taken away", "[base][process]") {
  ::setenv("MIGRATE_TEST_A", "a", 1);
  ::setenv("MIGRATE_TEST_B", "b", 1);
  ProcessOptions options;
  options.environment = {{"MIGRATE_TEST_A", "x=y"}, {"MIGRATE_TEST_C", ""}};
  options.unset = {"MIGRATE_TEST_B"};
  CHECK(shell("echo ${MIGRATE_TEST_A-none} ${MIGRATE_TEST_B-none} [${MIGRATE_TEST_C-none}]", options).output ==
        "x=y none []\n");
  CHECK(process_environment()("MIGRATE_TEST_A") == "a");
  ::unsetenv("MIGRATE_TEST_A");
  ::unsetenv("MIGRATE_TEST_B");
  CHECK(process_environment()("MIGRATE_TEST_A") == std::nullopt);
}

TEST_CASE("root can run a program as another user, without root's groups", "[base][process]") {
  ProcessOptions options;
  options.user_id = ::geteuid() == 0 ? 65534 : ::geteuid();
  options.working_directory = "/";
  if (::geteuid() == 0) {
    CHECK(run_process({"id", "-u"}, options).output == "65534\n");
    CHECK(run_process({"id", "-G"}, options).output == "65534\n");
    options.user_id = 4'000'000'000U;
    CHECK_THROWS_WITH(run_process({"true"}, options), Contains("no user with the id 4000000000"));
  } else {
    // Groups cannot be given up without root, and that is said.
    CHECK_THAT(run_process({"true"}, options).errors, Contains("cannot run as user"));
  }
}

TEST_CASE("a lost exit status is an error, not a success", "[base][process]") {
  const Disposition ignored(SIGCHLD, SIG_IGN);
  CHECK_THROWS_WITH(shell("exit 3"), Contains("cannot learn how a program ended"));
}

TEST_CASE("closed standard streams of ours do not end up in the child", "[base][process]") {
  const int kept = ::dup(STDIN_FILENO);
  ::close(STDIN_FILENO);
  ProcessOptions options;
  options.input = "hello";
  const auto result = run_process({"cat"}, options);
  if (kept >= 0) {
    ::dup2(kept, STDIN_FILENO);
    ::close(kept);
  }
  CHECK(result.output == "hello");
}

TEST_CASE("programs are found in PATH, directories are not programs", "[base][process]") {
  CHECK(find_program("sh").has_value());
  CHECK_FALSE(find_program("no-such-program-anywhere").has_value());
  CHECK_FALSE(find_program("/etc").has_value());
  CHECK_FALSE(find_program("").has_value());
  CHECK(find_program("/bin/sh") == fs::path("/bin/sh"));
}
