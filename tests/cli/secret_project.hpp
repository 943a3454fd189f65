#pragma once
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "cpp_project.hpp"
#include "migrate/base/files.hpp"
#include "migrate/base/process.hpp"
#include "support/password_server.hpp"

namespace migrate::test {

namespace fs = std::filesystem;

/// Something that each of URL, libpq, TOML, shell, SQL and JSON writes differently.
inline constexpr const char* k_password = "s3cr3t-p@ss/w0rd:'\"\\ $&%41";
/// What all those spellings have in common.
inline constexpr const char* k_pieces[] = {"s3cr3t", "w0rd"};

inline bool holds_piece(std::string_view text) {
  return std::ranges::any_of(k_pieces, [&](const char* piece) { return text.find(piece) != std::string_view::npos; });
}

inline void expect_clean(std::string_view what, std::string_view text) {
  INFO(what << ": " << text);
  CHECK_FALSE(holds_piece(text));
}

inline void expect_clean(const RunResult& result) {
  expect_clean("stdout", result.out);
  expect_clean("stderr", result.err);
  CHECK(result.err.find("terminate called") == std::string::npos);
}

inline std::string toml_quoted(const std::string& text) {
  return fmt::format("\"{}\"", base::replace_all(base::replace_all(text, "\\", "\\\\"), "\"", "\\\""));
}

/// A project on a server that wants the password; how it comes by it is for the test to say.
class SecretProject {
 public:
  explicit SecretProject(const PasswordServer& server, std::string_view engine_keys, std::string_view more = "")
      : server_(server) {
    write_settings(engine_keys, more);
    fs::create_directory(path() / "versions");
    add("aaaa", "", "CREATE TABLE seen AS SELECT * FROM pg_stat_activity;", "DROP TABLE seen;");
    add("bbbb", "aaaa", "CREATE TABLE other (id int);", "DROP TABLE other;");
  }
  ~SecretProject() { server_.execute("DROP OWNED BY app; GRANT ALL ON SCHEMA public TO app"); }
  SecretProject(const SecretProject&) = delete;
  SecretProject& operator=(const SecretProject&) = delete;

  void write_settings(std::string_view engine_keys, std::string_view more = "") {
    folder_.write("alembic.toml",
                  fmt::format("[alembic.engine]\nconnect_retries = 0\necho = true\n{}\n{}\n", engine_keys, more));
  }
  void add(std::string_view id, std::string_view down, std::string_view up, std::string_view back = "") const {
    folder_.write(fmt::format("versions/{}.sql", id),
                  fmt::format("-- {0}\n--\n-- revision: {0}\n-- down_revision: {1}\n\n-- migrate:upgrade\n{2}\n\n"
                              "-- migrate:downgrade\n{3}\n",
                              id, down, up, back));
  }

  [[nodiscard]] const fs::path& path() const { return folder_.path(); }
  [[nodiscard]] const TempDir& folder() const { return folder_; }
  [[nodiscard]] RunResult run(std::vector<std::string> words, Environment environment = {}) const {
    environment.try_emplace("XDG_CACHE_HOME", (path() / "cache").string());
    return run_migrate(words, path(), environment);
  }
  /// All files but those that are given the password.
  void expect_clean_files() const {
    for (const auto& entry : fs::recursive_directory_iterator(path())) {
      const auto name = entry.path().filename().string();
      if (!entry.is_regular_file() || name == "alembic.toml" || name == ".env" || name.starts_with("given")) continue;
      INFO(entry.path());
      CHECK_FALSE(holds_piece(base::read_file(entry.path())));
    }
  }
  /// What the runs have left in the database: version table, journal, and what they saw of themselves.
  void expect_clean_database() const {
    auto url = server_.superuser_url();
    const auto dumped = base::run_process({"pg_dump", "-d", url.to_string()}, {});
    REQUIRE(dumped.exit_code == 0);
    CHECK_THAT(dumped.output, Catch::Contains("alembic_version_log"));
    expect_clean("dump", dumped.output);
  }

 private:
  const PasswordServer& server_;
  TempDir folder_;
};

inline std::string url_key(const std::string& url) {
  return "url = " + toml_quoted(url);
}

}  // namespace migrate::test
