#include "migrate/engine/password_provider.hpp"

#include <fmt/format.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>

#include "migrate/base/clock.hpp"
#include "migrate/engine/connection_config.hpp"
#include "migrate/engine/error.hpp"
#include "support/temp_dir.hpp"

using namespace migrate;
using namespace migrate::engine;
using namespace std::chrono_literals;
using Catch::Contains;

namespace {

template <typename Error>
std::string failure(const PasswordProvider& provider, const PasswordRequest& request = {}) {
  try {
    return "password: " + provider(request);
  } catch (const Error& error) {
    return fmt::format("{}\n{}", error.what(), error.hint());
  }
}

PasswordProvider shell(const std::string& script) {
  return password_from_command({"sh", "-c", script}, {}, "the key");
}

std::string fault_of(ConnectionSettings settings) {
  try {
    (void)ConnectionConfig(std::move(settings));
    return "no fault";
  } catch (const DatabaseArgumentError& error) {
    return error.what();
  }
}

}  // namespace

TEST_CASE("a password file gives its first line as it is at the moment", "[engine][password]") {
  const test::TempDir folder;
  const auto file = folder.write("password", "one\n");
  const auto provider = password_from_file(file);
  CHECK(provider({}) == "one");
  for (const auto& [text, password] :
       std::initializer_list<std::pair<std::string, std::string>>{{"two", "two"},
                                                                  {" t w o \n", " t w o "},
                                                                  {"three\r\nmore\n", "three"},
                                                                  {"p'a\\s\"s%41\n", "p'a\\s\"s%41"}}) {
    folder.write("password", text);
    CHECK(provider({}) == password);
  }
}

TEST_CASE("a password file that is not there or empty is a fault with its name", "[engine][password]") {
  const test::TempDir folder;
  const auto missing = password_from_file(folder.path() / "absent", "alembic.toml:3 engine.password_file");
  CHECK_THAT(failure<DatabaseArgumentError>(missing),
             Contains("alembic.toml:3 engine.password_file: ") && Contains("absent") && Contains("first line"));
  for (const std::string text : {"", "\n", "\r\nsecret below\n"}) {
    const auto empty = password_from_file(folder.write("password", text));
    CHECK_THAT(failure<DatabaseArgumentError>(empty), Contains("first line") && Contains("is empty"));
  }
  const auto zero = password_from_file(folder.write("password", std::string("ab\0cd", 5)));
  CHECK_THAT(failure<DatabaseArgumentError>(zero), Contains("zero byte") && !Contains("cd"));
}

TEST_CASE("a password file that all may write is told to the log once", "[engine][password]") {
  const test::TempDir folder;
  const auto file = folder.write("password", "one\n");
  std::vector<std::string> told;
  const PasswordRequest request{.log = [&told](const base::LogEvent& event) { told.push_back(event.message); }};
  ::chmod(file.c_str(), 0444);
  (void)password_from_file(file)(request);
  CHECK(told.empty());
  ::chmod(file.c_str(), 0666);
  const auto provider = password_from_file(file);
  CHECK(provider(request) == "one");
  CHECK(provider(request) == "one");
  REQUIRE(told.size() == 1);
  CHECK_THAT(told[0], Contains("chmod o-w") && !Contains("one\n"));
}

TEST_CASE("a password command is run anew each time and its line end is cut", "[engine][password]") {
  const test::TempDir folder;
  const auto provider = password_from_command({"sh", "-c", "echo x >> runs; printf 'p a%%41\\r\\n\\n'"}, folder.path());
  CHECK(provider({}) == "p a%41");
  CHECK(provider({}) == "p a%41");
  CHECK(folder.read("runs") == "x\nx\n");
  folder.write("token.sh", "#!/bin/sh\necho \"$1\"\n");
  ::chmod((folder.path() / "token.sh").c_str(), 0755);
  CHECK(password_from_command({"./token.sh", "$HOME"}, folder.path())({}) == "$HOME");
}

TEST_CASE("a password command that cannot be run is a wrong setting", "[engine][password]") {
  for (const auto& provider : {password_from_command({"/nonexistent/token", "s3cret"}, {}, "the key"),
                               password_from_command({}, {}, "the key"), shell("no_such_program_at_all s3cret")}) {
    const auto fault = failure<DatabaseArgumentError>(provider);
    CHECK_THAT(fault, Contains("the key: cannot run ") && Contains("not found") && !Contains("s3cret\n"));
  }
}

TEST_CASE("a password command that fails tells its standard error and nothing of its output", "[engine][password]") {
  struct Case {
    std::string script, words;
  };
  for (const auto& [script, words] : std::initializer_list<Case>{
           {"echo s3cret; echo the session expired >&2; exit 3", "ended with exit code 3: the session expired"},
           {"echo s3cret; echo got s3cret >&2; exit 1", "got ***"},
           {"exit 9", "says nothing of the reason"},
           {"kill -9 $$", "exit code 137"},
           {"true", "printed no password"},
           {"echo s3cret; echo more", "more than one line"},
           {"printf 's3cret\\0x'", "zero byte"}}) {
    const auto fault = failure<DatabaseConnectionError>(shell(script));
    INFO(fault);
    CHECK_THAT(fault, Contains("the key: sh ") && Contains(words) && !Contains("s3cret") && Contains("by hand"));
  }
}

TEST_CASE("a password command has no longer than the connection and ends with it", "[engine][password]") {
  const base::Stopwatch watch;
  const auto fault = failure<DatabaseTimeoutError>(shell("exec sleep 50"), {.deadline = Deadline::after(100ms)});
  CHECK_THAT(fault, Contains("the key: sh gave no password within"));
  const int interrupt = ::eventfd(1, EFD_CLOEXEC);
  CHECK_THAT(failure<DatabaseInterrupted>(shell("exec sleep 50"), {.interrupt_fd = interrupt}),
             Contains("interrupted"));
  ::close(interrupt);
  CHECK(watch.milliseconds() < 20000);
}

TEST_CASE("a password and somebody to ask for one are not given together", "[engine][password]") {
  const PasswordProvider provider = [](const PasswordRequest&) { return std::string("x"); };
  CHECK_THAT(fault_of({.db_password = "s3cret", .password_provider = provider}),
             Contains("password_provider") && Contains("db_password") && !Contains("s3cret"));
  CHECK_THAT(fault_of({.db_url = "postgresql://a:s3cret@h/d", .password_provider = provider}),
             Contains("password_provider") && Contains("db_url") && !Contains("s3cret"));
  auto parts = ConnectionConfig::from_url("postgresql://a:s3cret@h/d").parts();
  parts.password_provider = std::make_shared<const PasswordProvider>(provider);
  CHECK_THROWS_AS(ConnectionConfig::create(parts), DatabaseArgumentError);
}

TEST_CASE("of a password and a provider the one that is said last counts", "[engine][password]") {
  const PasswordProvider provider = [](const PasswordRequest&) { return std::string("asked"); };
  const auto with_password = ConnectionConfig::from_url("postgresql://a:typed@h/d");
  const auto asking = with_password.with({.password_provider = provider});
  CHECK(password_for(with_password.parts(), {}) == "typed");
  CHECK(password_for(asking.parts(), {}) == "asked");
  CHECK(password_for(asking.with({.db_password = "again"}).parts(), {}) == "again");
  CHECK(password_for(asking.with({.db_url = "postgresql://a:other@h/d"}).parts(), {}) == "other");
  CHECK(password_for(asking.with({.db_url = "postgresql://a@h/d"}).parts(), {}) == "asked");
  CHECK(password_for(asking.with_database("e").parts(), {}) == "asked");
  CHECK(password_for(asking.with_user("b").parts(), {}) == std::nullopt);
  CHECK(asking.uri() == "postgresql://a@h/d");
  CHECK(asking == asking.with({}));
}
