// Pairs of schemas, read from tests/data/diff: a plan from the old one to the new one, and one back, must do what they
// promise. A file is a kind; each case in it is
//   -- case: its name
//   -- rename: column public.users.email -> mail        (any number)
//   -- old
//   -- new
#include <filesystem>
#include <map>

#include "migrate/base/files.hpp"
#include "migrate/schema/diff/detail/rewrite.hpp"
#include "plan_oracle.hpp"

using namespace migrate;

namespace {

struct Case {
  std::string name{}, old_sql{}, new_sql{};
  std::vector<schema::Rename> renames{};
};

schema::EntityKind kind_named(const std::string& name) {
  for (int i = 0; i < static_cast<int>(schema::EntityKind::unmanaged); ++i) {
    const auto kind = static_cast<schema::EntityKind>(i);
    if (schema::kind_name(kind) == name) return kind;
  }
  throw base::Error("no such kind: " + name);
}

/// "column public.users.email -> mail"; "enum value public.mood.sad -> blue".
schema::Rename rename_of(const std::string& text) {
  const auto arrow = text.find(" -> ");
  const auto space = text.rfind(' ', arrow - 1);
  const auto kind = text.substr(0, space);
  auto parts = schema::detail::name_parts(text.substr(space + 1, arrow - space - 1));
  schema::EntityId id;
  id.kind = kind == "enum value" ? schema::EntityKind::enum_type : kind_named(kind);
  id.name = parts.back();
  if (parts.size() > 1) id.schema = parts[0];
  if (parts.size() > 2) id.of = parts[1];
  return {id, text.substr(arrow + 4)};
}

std::vector<Case> cases_of(const std::filesystem::path& file) {
  std::vector<Case> cases;
  std::string* part = nullptr;
  std::string line;
  const auto text = base::read_file(file);
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    line = text.substr(at, end - at);
    at = end + 1;
    if (line.starts_with("-- case: ")) {
      cases.push_back({line.substr(9)});
      part = nullptr;
    } else if (line.starts_with("-- rename: ")) {
      cases.back().renames.push_back(rename_of(line.substr(11)));
    } else if (line == "-- old") {
      part = &cases.back().old_sql;
    } else if (line == "-- new") {
      part = &cases.back().new_sql;
    } else if (part != nullptr) {
      *part += line + "\n";
    }
  }
  return cases;
}

void check_file(const std::string& name, bool online = false) {
  const auto cases = cases_of(std::filesystem::path(MIGRATE_SOURCE_DIR) / "tests" / "data" / "diff" / (name + ".sql"));
  REQUIRE_FALSE(cases.empty());
  const char* only = std::getenv("DIFF_CASE");
  for (const auto& each : cases) {
    if (only != nullptr && each.name.find(only) == std::string::npos) continue;
    INFO("case: " << each.name);
    std::string fault;
    try {
      test::OracleOptions options;
      options.renames = each.renames;
      options.online = online;
      fault = test::fault_of(each.old_sql, each.new_sql, options);
    } catch (const std::exception& error) {
      fault = error.what();
    }
    if (!fault.empty()) FAIL_CHECK(fault);
  }
}

}  // namespace

TEST_CASE("plans change tables", "[catalog][diff]") {
  check_file("table");
}

TEST_CASE("plans change columns", "[catalog][diff]") {
  check_file("column");
}

TEST_CASE("plans change constraints", "[catalog][diff]") {
  check_file("constraint");
}

TEST_CASE("plans change indexes", "[catalog][diff]") {
  check_file("index");
}

TEST_CASE("plans change types", "[catalog][diff]") {
  check_file("type");
}

TEST_CASE("plans change sequences", "[catalog][diff]") {
  check_file("sequence");
}

TEST_CASE("plans change views", "[catalog][diff]") {
  check_file("view");
}

TEST_CASE("plans change routines", "[catalog][diff]") {
  check_file("routine");
}

TEST_CASE("plans change triggers rules and policies", "[catalog][diff]") {
  check_file("trigger");
}

TEST_CASE("plans change partitions and inheritance", "[catalog][diff]") {
  check_file("partition");
}

TEST_CASE("plans change everything else", "[catalog][diff]") {
  check_file("other");
}

TEST_CASE("plans change names", "[catalog][diff]") {
  check_file("rename");
}

TEST_CASE("plans change columns online", "[catalog][diff]") {
  check_file("column", true);
}

TEST_CASE("plans change constraints online", "[catalog][diff]") {
  check_file("constraint", true);
}

TEST_CASE("plans change indexes online", "[catalog][diff]") {
  check_file("index", true);
}

TEST_CASE("plans change partitions and inheritance online", "[catalog][diff]") {
  check_file("partition", true);
}
