// The database is down, the password wrong, the database missing: exit code 4, and no password in any output.
#include "expect.hpp"

using namespace migrate::test;

namespace {

constexpr const char* k_password = "s3cr3t+/%word";

void expect_no_password(const RunResult& result) {
  for (const auto& text : {result.out, result.err}) {
    CHECK(text.find(k_password) == std::string::npos);
    CHECK(text.find("s3cr3t") == std::string::npos);
  }
}

RunResult current_with(const std::string& url) {
  const TempDir directory;
  directory.write("alembic.toml", "[alembic]\n[alembic.engine]\nconnect_retries = 1\nurl = \"" + url + "\"\n");
  std::filesystem::create_directories(directory.path() / "versions");
  return run_migrate({"current", "-v"}, directory.path());
}

}  // namespace

TEST_CASE("a database that is down gives exit code 4", "[cli][bad-input]") {
  const auto result = current_with("postgresql://app:s3cr3t%2B%2F%25word@127.0.0.1:1/shop");
  expect_refused(result, 4, {"127.0.0.1", "refused"});
  expect_no_password(result);
}

TEST_CASE("a socket that is not there gives exit code 4", "[cli][bad-input]") {
  expect_refused(current_with("postgresql:///shop?host=/nonexistent"), 4, {"/nonexistent"});
}

TEST_CASE("a missing database gives exit code 4 and its name", "[cli][bad-input]") {
  Project project;
  auto url = project.database().url();
  url.database = "no_such_database";
  url.password = k_password;
  const auto result = project.migrate("--url", url.to_string(migrate::engine::Password::shown), "upgrade", "head");
  expect_refused(result, 4, {"no_such_database"});
  expect_no_password(result);
}

TEST_CASE("an unknown role gives exit code 4 without its password", "[cli][bad-input]") {
  Project project;
  auto url = project.database().url();
  url.user = "no_such_role";
  url.password = k_password;
  const auto result = project.migrate("--url", url.to_string(migrate::engine::Password::shown), "upgrade", "head");
  expect_refused(result, 4, {"no_such_role"});
  expect_no_password(result);
}

TEST_CASE("a malformed URL is a configuration error that does not repeat the password", "[cli][bad-input]") {
  const auto result = current_with("postgresql://app:s3cr3t+/%zzword@host:99999999/shop");
  INFO(result.err);
  CHECK(result.exit_code == 2);
  expect_no_password(result);
}
