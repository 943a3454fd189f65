#include "migrate/server/warm_server.hpp"

#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>

#include "integration/server/forked.hpp"
#include "integration/server/server_under_test.hpp"
#include "migrate/server/detail/pid_file.hpp"

namespace migrate::test {
namespace {

namespace fs = std::filesystem;
using server::WarmServer;

/// Ends the server of a test that does not wait until it is idle; the guard then finds nothing left to do.
class Place {
 public:
  ~Place() {
    try {
      server::PrivateServer({.directory = directory()}).stop();
    } catch (const std::exception&) {
      // The test has said what is wrong.
    }
  }
  [[nodiscard]] fs::path directory() const { return above_.path() / "warm"; }
  [[nodiscard]] WarmServer::Options options(int idle = 60) const {
    return {.directory = directory(), .binaries = {}, .idle = std::chrono::seconds(idle)};
  }
  [[nodiscard]] int pid() const {
    const auto running = server::detail::running_server(directory() / "data");
    return running ? running->pid : 0;
  }

 private:
  TempDir above_;
};

TEST_CASE("a warm server stays for the next one and goes when it is idle", "[server]") {
  const Place place;
  int pid = 0;
  {
    const WarmServer first(place.options(1));
    REQUIRE(first.is_shared());
    CHECK(query(first.url(), "SHOW fsync") == "off");
    pid = place.pid();
  }
  {
    const WarmServer second(place.options(1));
    CHECK(place.pid() == pid);
    CHECK(query(second.url(), "SELECT 1") == "1");
    ::usleep(1'500'000);
    CHECK(query(second.url(), "SELECT 'longer than idle'") == "longer than idle");
  }
  CHECK(eventually([&] { return !fs::exists(place.directory() / "data"); }));
  CHECK_FALSE(server::detail::is_alive(pid));
}

TEST_CASE("several processes get the same warm server", "[server]") {
  const Place place;
  const auto work = [&] {
    const WarmServer warm(place.options());
    return query(warm.url(), "SELECT pg_postmaster_start_time()");
  };
  Forked one(work), two(work);
  const std::string answer = one.answer();
  CHECK(answer.find("error") == std::string::npos);
  CHECK(two.answer() == answer);
}

TEST_CASE("a warm server whose process was killed is started again", "[server]") {
  const Place place;
  const WarmServer first(place.options());
  const int pid = place.pid();
  REQUIRE(pid > 0);
  ::kill(pid, SIGKILL);
  REQUIRE(eventually([&] { return !server::detail::is_alive(pid); }));
  const WarmServer second(place.options());
  CHECK(second.is_shared());
  CHECK(query(second.url(), "SELECT 1") == "1");
}

TEST_CASE("a directory that others can write to is not used for a warm server", "[server]") {
  const Place place;
  fs::create_directory(place.directory());
  fs::permissions(place.directory(), fs::perms::all);
  const WarmServer warm(place.options());
  CHECK_FALSE(warm.is_shared());
  CHECK(query(warm.url(), "SELECT 1") == "1");
}

TEST_CASE("the warm server lies where the user's other things of this session do", "[server]") {
  const TempDir runtime;
  CHECK(server::warm_directory(base::fixed_environment({{"XDG_RUNTIME_DIR", runtime.path().string()}})) ==
        runtime.path() / "migrate");
  const std::string own = "/tmp/migrate-" + std::to_string(::geteuid());
  CHECK(server::warm_directory(base::fixed_environment({})) == own);
  CHECK(server::warm_directory(base::fixed_environment({{"XDG_RUNTIME_DIR", "/nowhere at all"}})) == own);
}

}  // namespace
}  // namespace migrate::test
