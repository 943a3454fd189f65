#include <fmt/format.h>

#include "migrate/schema/diff/detail/create.hpp"
#include "migrate/schema/diff/detail/rewrite.hpp"
#include "migrate/sql/quote.hpp"

namespace migrate::schema::detail {
namespace {

using Kind = EntityKind;

std::string foreign_options(const Entity& column) {
  const auto& options = column.list("fdw_options");
  return options.empty() ? std::string() : " OPTIONS (" + joined(options) + ")";
}

/// The column of the parent table that this one was inherited from.
const Entity* inherited_column(const Model& model, const Entity& table, const Entity& column) {
  std::vector<std::string> parents = table.list("inherits");
  if (!table.fact("partition_of").empty()) parents.push_back(table.fact("partition_of"));
  for (const auto& parent : parents) {
    const auto parts = name_parts(parent);
    if (parts.size() != 2) continue;
    if (const Entity* found = model.find({Kind::column, parts[0], parts[1], column.id.name, {}})) return found;
  }
  return nullptr;
}

/// A column that comes from elsewhere, where this table has it differently.
void adapt_inherited(const Entity* parent, const Entity& column, Writer& writer, bool with_default) {
  const auto head =
      fmt::format("ALTER TABLE ONLY {} ALTER COLUMN {} ", whole_name(column.id), sql::quote_identifier(column.id.name));
  const auto differs = [&](std::string_view name) {
    return parent == nullptr ? column.has(name) : parent->fact(name) != column.fact(name);
  };
  if (with_default && column.fact("generated").empty() && differs("default")) {
    writer.add(head + (column.has("default") ? "SET DEFAULT " + column.fact("default") : "DROP DEFAULT"));
  }
  if (column.has("not_null") && differs("not_null")) writer.add(head + "SET NOT NULL");
  if (differs("compression"))
    writer.add(head + "SET COMPRESSION " + (column.has("compression") ? column.fact("compression") : "default"));
}

bool comes_from_elsewhere(const Entity& table, const Entity& column, const TableForm& form) {
  if (!table.fact("of_type").empty()) return true;
  if (!table.fact("partition_of").empty()) return !form.attached_later;
  return column.fact("inherited") == "only";
}

/// Checks that the parents' demand: a table to be attached must have them.
void add_inherited_checks(const Model& model, const Entity& table, std::vector<std::string>& lines) {
  const auto parts = name_parts(table.fact("partition_of"));
  if (parts.size() != 2) return;
  const EntityId parent_id{Kind::table, parts[0], {}, parts[1], {}};
  const Entity* parent = model.find(parent_id);
  if (parent == nullptr) return;
  for (const Entity* constraint : model.parts(parent_id, Kind::constraint)) {
    if (constraint->fact("type") == "check" && !constraint->fact("definition").ends_with("NO INHERIT")) {
      lines.push_back(constraint_definition(*constraint));
    }
  }
  add_inherited_checks(model, *parent, lines);
}

std::string storage_clauses(const Entity& table) {
  std::string text;
  if (table.has("partition_key")) text += "\nPARTITION BY " + table.fact("partition_key");
  if (table.has("access_method")) text += "\nUSING " + sql::quote_identifier(table.fact("access_method"));
  if (!table.list("options").empty()) text += "\nWITH (" + storage_parameters(table.list("options")) + ")";
  if (table.has("tablespace")) text += "\nTABLESPACE " + sql::quote_identifier(table.fact("tablespace"));
  return text;
}

void enable_row_security(const Entity& table, Writer& writer) {
  const auto head = "ALTER TABLE " + name_of(table.id) + " ";
  if (table.has("row_security")) writer.add(head + "ENABLE ROW LEVEL SECURITY");
  if (table.has("force_row_security")) writer.add(head + "FORCE ROW LEVEL SECURITY");
}

std::string body(const std::vector<std::string>& lines) {
  return lines.empty() ? std::string("()") : "(\n  " + joined(lines, ",\n  ") + "\n)";
}

std::string head_of(const Entity& table, const TableForm& form, const std::vector<std::string>& lines) {
  if (table.id.kind == Kind::foreign_table) return "CREATE FOREIGN TABLE " + name_of(table.id) + " " + body(lines);
  std::string text = table.fact("persistence") == "unlogged" ? "CREATE UNLOGGED TABLE " : "CREATE TABLE ";
  text += name_of(table.id);
  const bool partition = table.has("partition_of") && !form.attached_later;
  if (partition) text += " PARTITION OF " + table.fact("partition_of");
  if (table.has("of_type")) text += " OF " + table.fact("of_type");
  if (!lines.empty() || (!partition && !table.has("of_type"))) text += " " + body(lines);
  if (partition) text += (lines.empty() ? "\n" : " ") + table.fact("partition_bound");
  if (!table.list("inherits").empty()) text += "\nINHERITS (" + joined(table.list("inherits")) + ")";
  return text;
}

}  // namespace

void create_table(const Model& model, const Entity& table, const TableForm& form, Writer& writer) {
  std::vector<std::string> lines;
  const auto columns = model.parts(table.id, Kind::column);
  const auto with_default = [&](const Entity* column) { return !form.default_later.contains(column->id); };
  for (const Entity* column : columns) {
    if (comes_from_elsewhere(table, *column, form)) continue;
    lines.push_back(column_definition(*column, with_default(column)) + foreign_options(*column));
  }
  for (const Entity* constraint : form.constraints) lines.push_back(constraint_definition(*constraint));
  if (form.attached_later) add_inherited_checks(model, table, lines);
  std::string text = head_of(table, form, lines);
  if (table.id.kind == Kind::foreign_table) {
    text += "\nSERVER " + sql::quote_identifier(table.fact("server"));
    if (!table.list("options").empty()) text += "\nOPTIONS (" + joined(table.list("options")) + ")";
  } else {
    text += storage_clauses(table);
  }
  writer.add(std::move(text));
  enable_row_security(table, writer);
  for (const Entity* column : columns) {
    if (comes_from_elsewhere(table, *column, form)) {
      adapt_inherited(inherited_column(model, table, *column), *column, writer, with_default(column));
    }
  }
  dress(model, table, writer);
  for (const Entity* column : columns) {
    dress_column(model, *column, writer);
  }
}

void attach(const Entity& table, Writer& writer) {
  writer.add(fmt::format("ALTER TABLE {} ATTACH PARTITION {} {}", table.fact("partition_of"), name_of(table.id),
                         table.fact("partition_bound")));
}

void replica_identity(const Entity& table, Writer& writer) {
  const auto& identity = table.fact("replica_identity");
  std::string words = "DEFAULT";
  if (identity == "full") words = "FULL";
  if (identity == "nothing") words = "NOTHING";
  if (identity == "index") words = "USING INDEX " + sql::quote_identifier(table.fact("replica_identity_index"));
  writer.add("ALTER TABLE ONLY " + name_of(table.id) + " REPLICA IDENTITY " + words);
}

}  // namespace migrate::schema::detail
