#include "migrate/command/rename_annotations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "migrate/command/models.hpp"
#include "migrate/sql/rename_note.hpp"

namespace migrate::command {
namespace {

using Kind = schema::EntityKind;
using sql::RenameNote;

/// What a CREATE statement may make, in the order in which it is looked for.
std::vector<Kind> kinds_of(const RenameNote& note) {
  static const std::map<std::string_view, std::vector<Kind>> k_kinds{
      {"TABLE", {Kind::table, Kind::foreign_table}},
      {"VIEW", {Kind::view}},
      {"MATERIALIZED VIEW", {Kind::materialized_view}},
      {"INDEX", {Kind::index}},
      {"TYPE", {Kind::enum_type, Kind::composite_type, Kind::range_type}},
      {"DOMAIN", {Kind::domain}},
      {"SEQUENCE", {Kind::sequence}},
      {"FUNCTION", {Kind::function}},
      {"PROCEDURE", {Kind::procedure}},
      {"SCHEMA", {Kind::schema}},
  };
  const auto found = k_kinds.find(note.statement);
  return found == k_kinds.end() ? std::vector<Kind>{} : found->second;
}

/// Entities of the wanted schema that the statement of the note made: several for overloads.
std::vector<schema::EntityId> made_by(const RenameNote& note, const schema::Model& wanted) {
  std::vector<schema::EntityId> found;
  const auto kinds = kinds_of(note);
  for (const auto& [id, entity] : wanted.entities()) {
    if (std::ranges::find(kinds, id.kind) == kinds.end() || id.name != note.object.name) continue;
    const bool anywhere = note.object.schema.empty() || id.kind == Kind::schema;
    if (anywhere || id.schema == note.object.schema) found.push_back(id);
  }
  return found;
}

/// What the part, or the whole without one, is called in the wanted schema.
schema::EntityId wanted_id(const RenameNote& note, const schema::EntityId& whole) {
  switch (note.part_kind) {
    case RenameNote::Part::column:
      return {Kind::column, whole.schema, whole.name, note.part, {}};
    case RenameNote::Part::constraint:
      return {Kind::constraint, whole.schema, whole.name, note.part, {}};
    case RenameNote::Part::value:
      return {Kind::enum_type, whole.schema, whole.name, note.part, {}};
    case RenameNote::Part::none:
      break;
  }
  return whole;
}

bool has(const schema::Model& model, const schema::EntityId& id) {
  if (id.kind != Kind::enum_type || id.of.empty()) return model.find(id) != nullptr;
  const auto* type = model.find({Kind::enum_type, id.schema, {}, id.of, {}});
  return type != nullptr && std::ranges::find(type->list("labels"), id.name) != type->list("labels").end();
}

/// Renames of wholes, by the new name: their parts are given by the old one.
using OldNames = std::map<std::pair<std::string, std::string>, std::string>;

void add(const RenameNote& note, const schema::EntityId& whole, const schema::Model& from, OldNames& old_names,
         std::vector<schema::Rename>& renames) {
  schema::EntityId now = wanted_id(note, whole);
  const bool part = note.part_kind != RenameNote::Part::none;
  if (!now.of.empty()) {
    const auto renamed = old_names.find({now.schema, now.of});
    if (renamed != old_names.end()) now.of = renamed->second;
  }
  schema::EntityId old = now;
  old.name = note.old_name;
  if (!has(from, old) || has(from, now)) return;
  if (!part) old_names[{whole.schema, whole.name}] = note.old_name;
  renames.push_back({old, now.name});
}

std::vector<RenameNote> notes_of(const SchemaFile& file) {
  try {
    return sql::rename_notes(file.text);
  } catch (const sql::SqlSyntaxError& error) {
    throw SchemaError(fmt::format("{}: {}", file.place(error.offset()), error.what()), error.hint());
  }
}

}  // namespace

std::vector<schema::Rename> renames_of(const SchemaSource& source, const schema::Model& from, const schema::Model& to) {
  std::vector<schema::Rename> renames;
  if (source.kind != SchemaSource::Kind::files) return renames;
  OldNames old_names;
  for (const auto& file : read_schema_files(source.files)) {
    if (is_model(file.path)) continue;
    auto notes = notes_of(file);
    std::ranges::stable_sort(notes, {},
                             [](const RenameNote& note) { return note.part_kind != RenameNote::Part::none; });
    for (const auto& note : notes) {
      for (const auto& whole : made_by(note, to)) add(note, whole, from, old_names, renames);
    }
  }
  return renames;
}

}  // namespace migrate::command
