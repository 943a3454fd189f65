#include "migrate/command/detail/text_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <optional>

#include "migrate/base/duration.hpp"
#include "migrate/base/text.hpp"
#include "migrate/command/detail/url_source.hpp"
#include "migrate/runtime/hook_sql.hpp"
#include "migrate/schema/naming.hpp"
#include "migrate/script/new_revision.hpp"

namespace migrate::command {
namespace {

constexpr std::size_t k_longest_name = 63;

}  // namespace

Complaint check_path(const std::string& text) {
  if (text.empty()) return {"a path must not be empty", "Write \".\" for the folder of alembic.toml itself."};
  return {};
}

Complaint check_pattern(const std::string& text) {
  if (text.empty()) return {"a pattern must not be empty", "Write \"*\" for everything."};
  return {};
}

Complaint check_file_template(const std::string& text) {
  const std::filesystem::path path(text);
  if (path.is_absolute() || std::ranges::find(path, std::filesystem::path("..")) != path.end()) {
    return {"a file name must stay below its version location", "Use version_locations to write elsewhere."};
  }
  script::NewRevision sample;
  sample.revision.id = "000000000000";
  sample.revision.message = "sample";
  sample.created = std::chrono::system_clock::time_point{};
  sample.file_template = text;
  try {
    if (!script::revision_file_name(sample).stem().empty()) return {};
  } catch (const base::Error& error) {
    // It names the key in its own way.
    const std::string_view message = error.what();
    const auto prefix = fmt::format("file_template \"{}\": ", text);
    return {std::string(message.starts_with(prefix) ? message.substr(prefix.size()) : message), error.hint()};
  }
  return {"this gives no file name", "Write {rev}_{slug}, for example."};
}

Complaint check_timezone(const std::string& text) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("/_+-").find(c) != std::string_view::npos;
  };
  if (!text.empty() && text.front() != '/' && std::ranges::all_of(text, allowed)) return {};
  return {fmt::format("\"{}\" is no time zone", text), "Write UTC, local, or a name like Europe/Berlin."};
}

Complaint check_version_table(const std::string& text) {
  constexpr std::string_view suffix = "_pkc";
  if (text.empty()) return {"the version table needs a name", "Alembic's own is alembic_version."};
  if (text.size() + suffix.size() <= k_longest_name) return {};
  return {fmt::format("the name is {} bytes long; with the {} of its primary key PostgreSQL takes {}", text.size(),
                      suffix, k_longest_name),
          fmt::format("Use at most {} bytes.", k_longest_name - suffix.size())};
}

Complaint check_schema(const std::string& text) {
  if (text.size() <= k_longest_name) return {};
  return {fmt::format("the name is {} bytes long; PostgreSQL takes {}", text.size(), k_longest_name), ""};
}

Complaint check_encoding(const std::string& text) {
  const std::string lower = base::to_lower(text);
  if (lower == "utf-8" || lower == "utf8") return {};
  return {fmt::format("revision files are read as UTF-8 only, not as \"{}\"", text),
          "Convert the files with iconv, and delete the key."};
}

Complaint check_dev_url(const std::string& text) {
  if (text == "ephemeral") return {};
  auto complaint = check_url(text);
  const bool url = text.find("://") != std::string::npos;
  if (!url) complaint.second = "Write ephemeral, or the URL of a server whose role may create databases.";
  return complaint;
}

Complaint check_timeout(const std::string& text) {
  if (base::trim(text).empty()) return {};
  constexpr std::string_view hint =
      "Write a number with one of the units us, ms, s, min, h and d, such as \"5s\"; \"0\" = none.";
  const auto time = base::milliseconds_of(text);
  if (!time) return {fmt::format("\"{}\" is no duration", text), std::string(hint)};
  if (*time < 0) return {"a timeout is not negative", std::string(hint)};
  if (*time > 0 && *time < 1) {
    return {"below 1 ms PostgreSQL takes a timeout for none", std::string(hint)};
  }
  if (*time > 2147483647.0) return {"PostgreSQL takes at most 2147483647 ms (24 days)", std::string(hint)};
  return {};
}

Complaint check_naming(std::string_view kind, const std::string& text) {
  if (text.empty()) return {};
  const auto fault = schema::naming_fault(kind, text);
  return fault ? Complaint{*fault, ""} : Complaint{};
}

Complaint check_program(const std::string& text) {
  if (text.empty() || !base::trim(text).empty()) return {};
  return {"a compiler must not be blank", "Write \"\" for $CXX, then c++, g++ and clang++."};
}

Complaint check_flag(const std::string& text) {
  if (base::trim(text).empty()) return {"a flag must not be empty", ""};
  if (text.front() != '-' || text.find(" -") == std::string::npos) return {};
  return {fmt::format("\"{}\" is several flags in one text", text),
          "Write each as a text of its own: [\"-O1\", \"-g\"]."};
}

Complaint check_folder(const std::string& text) {
  if (text.starts_with("~")) return {"the ~ of a shell is not understood here", "Write ${HOME} instead of it."};
  return check_path(text);
}

Complaint check_cache_folder(const std::string& text) {
  return text.empty() ? Complaint{} : check_folder(text);
}

Complaint check_library(const std::string& text) {
  if (base::trim(text).empty()) return {"a library must not be empty", "Write \"z\" for -lz, or a path."};
  if (text.starts_with("lib") && text.find('/') == std::string::npos &&
      (text.ends_with(".so") || text.ends_with(".a"))) {
    const auto name = text.substr(3, text.rfind('.') - 3);
    return {fmt::format("\"{}\" is a file's name, not a library's", text),
            fmt::format("Write \"{}\", or a path with a slash.", name)};
  }
  return {};
}

Complaint check_hook_sql(const std::string& text) {
  try {
    const runtime::HookSql checked(text);
    return {};
  } catch (const base::Error& error) {
    return {error.what(), error.hint()};
  }
}

Complaint check_hook_word(const std::string& text) {
  std::vector<std::string> known;
  for (const auto& name : runtime::hook_names()) known.emplace_back(name.name);
  for (auto open = text.find('{'); open != std::string::npos; open = text.find('{', open + 1)) {
    const auto inside = text.substr(open + 1, text.find('}', open) - open - 1);
    if (text.find('}', open) == std::string::npos || std::ranges::find(known, inside) != known.end()) continue;
    if (const auto near = base::nearest(inside, known)) {
      return {fmt::format("unknown name {{{}}}; did you mean {{{}}}?", inside, *near), ""};
    }
  }
  return {};
}

}  // namespace migrate::command
