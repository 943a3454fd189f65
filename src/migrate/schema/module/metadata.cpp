#include "migrate/schema/metadata.hpp"

namespace migrate::schema {
namespace {

/// What references() at a column says, as a constraint of the table: made when all tables are there.
Constraint foreign_key_of(const std::string& column, References references) {
  auto& options = references.options;
  ForeignKeyOptions made;
  made.onupdate = std::move(options.onupdate);
  made.ondelete = std::move(options.ondelete);
  made.match = std::move(options.match);
  made.initially = std::move(options.initially);
  made.deferrable = options.deferrable;
  made.referent_schema = std::move(options.schema);
  return foreign_key_constraint(std::move(options.name), {column}, std::move(references.table),
                                {std::move(references.column)}, std::move(made));
}

Name name_of(const Constraint& constraint, const Place& at) {
  Name name(constraint.name, at);
  if (constraint.final_name) name.set_final();
  return name;
}

}  // namespace

void MetaData::add(Parts& parts, Column column) {
  if (column.references && !column.references->column.empty()) {
    parts.foreign_keys.push_back(foreign_key_of(column.name, std::move(*column.references)));
    column.references.reset();
  }
  parts.elements.emplace_back(std::move(column));
}

void MetaData::add(Parts& parts, Constraint constraint) {
  if (constraint.kind == Constraint::Kind::fk) {
    parts.foreign_keys.push_back(std::move(constraint));
  } else {
    parts.elements.emplace_back(std::move(constraint));
  }
}

void MetaData::make(Parts parts) {
  const std::string table = parts.name.text(), schema = parts.options.schema;
  const Place at = parts.name.place();
  parts.elements.emplace_back(std::move(parts.options));
  op_.create_table_of(std::move(parts.name), std::move(parts.elements));
  for (auto& index : parts.indexes) {
    if (index.options.schema.empty()) index.options.schema = schema;
    op_.create_index(std::move(index.name), table, std::move(index.elements), std::move(index.options));
  }
  for (auto& key : parts.foreign_keys) {
    if (key.foreign_key.source_schema.empty()) key.foreign_key.source_schema = schema;
    op_.create_foreign_key(name_of(key, at), table, key.referent, key.columns, key.referent_columns, key.foreign_key);
  }
}

}  // namespace migrate::schema
