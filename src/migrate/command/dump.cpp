#include "migrate/command/dump.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "migrate/base/files.hpp"
#include "migrate/base/text.hpp"
#include "migrate/command/comparison.hpp"
#include "migrate/command/schema_reader.hpp"

namespace migrate::command {
namespace {

namespace fs = std::filesystem;
using Kind = schema::EntityKind;

constexpr std::string_view k_first_line = "-- Written by `migrate dump`; the next one replaces it.\n";

bool is_part(Kind kind) {
  return kind == Kind::column || kind == Kind::constraint || kind == Kind::index || kind == Kind::trigger ||
         kind == Kind::rule || kind == Kind::policy;
}

/// The object whose file tells of `id`: parts stand with the table, view or domain they are part of.
schema::EntityId object_of(const schema::Model& model, const schema::EntityId& id) {
  if (!is_part(id.kind)) return id;
  for (const Kind kind :
       {Kind::table, Kind::view, Kind::materialized_view, Kind::foreign_table, Kind::composite_type, Kind::domain}) {
    const schema::EntityId whole{kind, id.schema, {}, id.of, {}};
    if (model.find(whole) != nullptr) return whole;
  }
  return id;
}

/// A name as part of a path: what file systems take for something else becomes %2F.
std::string file_word(std::string_view name) {
  std::string word;
  for (const char letter : name) {
    const bool special = static_cast<unsigned char>(letter) < ' ' || letter == '/' || letter == '\\' || letter == '%' ||
                         (letter == '.' && word.empty());
    word += special ? fmt::format("%{:02X}", static_cast<unsigned char>(letter)) : std::string(1, letter);
  }
  return word;
}

fs::path file_of(const schema::EntityId& object) {
  const std::string kind = base::replace_all(schema::kind_name(object.kind), " ", "_");
  fs::path path = object.schema.empty() ? fs::path(kind) : fs::path(file_word(object.schema)) / kind;
  const std::string name = object.name.empty() ? object.of : object.name;
  return path / (file_word(name) + ".sql");
}

bool is_dumped(const fs::path& file) {
  return base::read_prefix(file, k_first_line.size()) == k_first_line;
}

/// SQL files below the directory, with paths as they are put together there.
std::vector<fs::path> dumped_before(const fs::path& directory) {
  std::vector<fs::path> files;
  if (!fs::exists(directory)) return files;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    if (entry.is_regular_file() && entry.path().extension() == ".sql" && is_dumped(entry.path())) {
      files.push_back(entry.path());
    }
  }
  std::ranges::sort(files);
  return files;
}

void split_into(const fs::path& directory, const schema::Model& model, DumpReport& report) {
  bool routines = false;
  std::map<fs::path, std::vector<schema::PlannedStatement>> files;
  for (auto& statement : dump_statements(model, routines)) {
    files[directory / file_of(object_of(model, statement.subject))].push_back(std::move(statement));
  }
  for (const auto& [path, statements] : files) {
    if (!fs::exists(path) || is_dumped(path)) continue;
    throw UsageError(fmt::format("{} was not written by a dump", path.string()),
                     "Nothing was written. Remove the file, or split into another directory.");
  }
  const auto before = dumped_before(directory);
  for (const auto& [path, statements] : files) {
    fs::create_directories(path.parent_path());
    base::replace_file(path, std::string(k_first_line) + "\n" + schema::to_script({{true, statements}}));
    report.written.push_back(path);
  }
  for (const auto& path : before) {
    if (files.contains(path)) continue;
    fs::remove(path);
    report.removed.push_back(path);
  }
}

void note_left_out(const schema::Model& model, DumpReport& report) {
  for (const auto& [id, entity] : model.entities()) {
    if (id.kind == Kind::unmanaged) {
      report.warnings.push_back(fmt::format("{} is not in the dump: objects of its kind are not managed", id.name));
    }
  }
}

}  // namespace

DumpReport dump(const Context& context, const DumpRequest& request) {
  SchemaReader reader(context);
  const auto model = reader.read(request.source);
  DumpReport report;
  note_left_out(model, report);
  if (!request.directory.empty()) {
    split_into(request.directory, model, report);
    return report;
  }
  report.script = std::string(k_first_line) + "\n" + dump_script(model);
  if (!request.file.empty()) {
    base::replace_file(request.file, report.script);
    report.written.push_back(request.file);
  }
  return report;
}

}  // namespace migrate::command
