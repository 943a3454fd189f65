#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "migrate/base/text.hpp"
#include "migrate/server/detail/installation.hpp"
#include "migrate/server/private_server.hpp"

extern char** environ;  // NOLINT(readability-redundant-declaration): not declared by every unistd.h

namespace migrate::server {
namespace detail {
namespace {

namespace fs = std::filesystem;

bool holds_programs(const fs::path& directory) {
  return std::ranges::all_of(std::initializer_list<const char*>{"initdb", "pg_ctl", "postgres"}, [&](const char* name) {
    return base::find_program((directory / name).string()).has_value();
  });
}

std::vector<fs::path> directories_on_path() {
  std::vector<fs::path> found;
  const char* path = std::getenv("PATH");
  for (const auto& folder : base::split_list(path == nullptr ? "" : path, ':')) found.emplace_back(folder);
  return found;
}

std::optional<fs::path> directory_of_pg_config() {
  if (!base::find_program("pg_config")) return std::nullopt;
  base::ProcessOptions options;
  options.timeout = std::chrono::seconds(10);
  const auto answer = base::run_process({"pg_config", "--bindir"}, options);
  const auto directory = base::trim(answer.output);
  return answer.exit_code == 0 && !directory.empty() ? std::optional<fs::path>(directory) : std::nullopt;
}

/// Debian's and its descendants' place, newest version first.
std::vector<fs::path> packaged_directories() {
  std::vector<std::pair<double, fs::path>> found;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator("/usr/lib/postgresql", ignored)) {
    found.emplace_back(std::strtod(entry.path().filename().c_str(), nullptr), entry.path() / "bin");
  }
  std::sort(found.rbegin(), found.rend());
  std::vector<fs::path> directories;
  for (auto& [version, directory] : found) directories.push_back(std::move(directory));
  return directories;
}

std::vector<fs::path> candidates() {
  std::vector<fs::path> found = directories_on_path();
  if (auto directory = directory_of_pg_config()) found.push_back(std::move(*directory));
  for (auto& directory : packaged_directories()) found.push_back(std::move(directory));
  return found;
}

std::string value_of(std::string_view text, std::string_view key) {
  for (const auto line : base::split(text, '\n')) {
    if (line.starts_with(key)) return std::string(base::trim(line.substr(key.size())));
  }
  return {};
}

/// Lets initdb show what it would use: that proves that the programs run, belong together, and find their share files.
/// On failure `reason` says why not.
std::optional<Installation> examine(const fs::path& directory, const Account& account, std::string& reason) {
  auto options = program_options(account);
  options.timeout = std::chrono::seconds(20);
  const auto shown = base::run_process({(directory / "initdb").string(), "--show", "-D", "/nonexistent"}, options);
  const std::string version = value_of(shown.errors, "VERSION=");
  const std::string bootstrap = value_of(shown.errors, "POSTGRES_BKI=");
  std::error_code ignored;
  if (shown.exit_code != 0 || version.empty()) {
    reason = fmt::format("{}: initdb does not work: {}", directory.string(), base::trim(shown.errors));
    return std::nullopt;
  }
  if (!bootstrap.empty() && !fs::exists(bootstrap, ignored)) {
    reason = fmt::format("{}: {} is missing", directory.string(), bootstrap);
    return std::nullopt;
  }
  const auto resolved = fs::canonical(directory / "postgres", ignored);
  return Installation{ignored ? directory : resolved.parent_path(), version.substr(0, version.find(' '))};
}

[[noreturn]] void fail_to_find(const std::optional<std::string>& major, const std::vector<std::string>& reasons) {
  const std::string wanted = major ? fmt::format("PostgreSQL {}", *major) : std::string("PostgreSQL");
  std::string message = fmt::format(
      "{}'s server programs (initdb, pg_ctl, postgres) were not found: not on $PATH, not where pg_config points, not "
      "in "
      "/usr/lib/postgresql/*/bin",
      wanted);
  for (const auto& reason : reasons) message += fmt::format("\n  {}", reason);
  throw ServerError(message, fmt::format("Install them (Debian, Ubuntu: apt install postgresql{}), or name a server of "
                                         "your own: --url postgresql://…",
                                         major ? "-" + *major : ""));
}

Installation configured_installation(const fs::path& configured, const Account& account) {
  const char* hint = "Name the directory that holds initdb, pg_ctl and postgres.";
  if (!holds_programs(configured)) {
    throw ServerError(
        fmt::format("{} does not hold PostgreSQL's server programs (initdb, pg_ctl, postgres)", configured.string()),
        hint);
  }
  std::string reason;
  auto found = examine(fs::absolute(configured), account, reason);
  if (!found) throw ServerError(fmt::format("PostgreSQL's server programs cannot be used: {}", reason), hint);
  return *found;
}

}  // namespace

std::string major_version(std::string_view version) {
  const auto digits = [&](std::size_t from) {
    return std::min(version.find_first_not_of("0123456789", from), version.size());
  };
  std::size_t end = digits(0);
  // Up to 9.6 the major version had two numbers.
  if (version.starts_with("9.") || version.starts_with("8.")) end = digits(end + 1);
  return std::string(version.substr(0, end));
}

base::ProcessOptions program_options(const Account& account) {
  base::ProcessOptions options;
  options.working_directory = "/";
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view variable = *entry;
    const std::string_view name = variable.substr(0, variable.find('='));
    if (name.starts_with("PG") || name.starts_with("LC_") || name == "LANG" || name == "LANGUAGE") {
      options.unset.emplace_back(name);
    }
  }
  options.environment = {{"LC_ALL", "C"}, {"TZ", "UTC"}};
  options.user_id = user_to_become(account);
  options.group_id = group_to_become(account);
  return options;
}

Installation find_installation(const fs::path& configured, const Account& account,
                               const std::optional<std::string>& major) {
  if (!configured.empty()) return configured_installation(configured, account);
  std::vector<std::string> reasons;
  for (const auto& directory : candidates()) {
    if (!holds_programs(directory)) continue;
    std::string reason;
    auto found = examine(fs::absolute(directory), account, reason);
    if (found && (!major || major_version(found->version) == *major)) return *found;
    if (found) reason = fmt::format("{}: is version {}", found->binaries.string(), found->version);
    if (std::ranges::find(reasons, reason) == reasons.end()) reasons.push_back(reason);
  }
  fail_to_find(major, reasons);
}

}  // namespace detail

std::filesystem::path find_binaries(const std::filesystem::path& configured) {
  return detail::find_installation(configured, detail::unprivileged_account()).binaries;
}

}  // namespace migrate::server
