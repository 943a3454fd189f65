#include <charconv>
#include <stdexcept>
#include <string>
#include <utility>

#include "migrate/schema/table_options.hpp"

// Compiled again by the compiler of the revisions: nothing but the headers of op.hpp and the standard library in here.
namespace migrate::schema {
namespace {

std::string joined(const Names& values) {
  std::string list;
  for (const std::string& value : values) {
    if (!list.empty()) list += ", ";
    list += value;
  }
  return list;
}

Constraint named(Constraint::Kind kind, const Name& name) {
  Constraint constraint;
  constraint.kind = kind;
  constraint.name = name.text();
  constraint.final_name = name.final();
  return constraint;
}

}  // namespace

Expression literal(std::string_view text) {
  if (text.find('\0') != std::string_view::npos) {
    throw std::invalid_argument("literal(): PostgreSQL's texts cannot hold a zero byte; use bytea for binary data");
  }
  // With a backslash only the E'' form means the same whatever standard_conforming_strings says.
  const bool escaped = text.find('\\') != std::string_view::npos;
  std::string sql = escaped ? "E'" : "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') sql += c;
    sql += c;
  }
  return {sql += '\''};
}

void apply(Column& column, attribute::PrimaryKey) {
  column.primary_key = true;
}
void apply(Column& column, attribute::Nullable attribute) {
  column.nullable = attribute.value;
}
void apply(Column& column, attribute::Unique) {
  column.unique = true;
}
void apply(Column& column, attribute::Indexed) {
  column.indexed = true;
}
void apply(Column& column, attribute::Default attribute) {
  column.server_default = std::move(attribute.sql);
}
void apply(Column& column, attribute::Generated attribute) {
  column.generated = std::move(attribute.sql);
}
void apply(Column& column, attribute::Check attribute) {
  column.check = std::move(attribute.sql);
}
void apply(Column& column, attribute::Collation attribute) {
  column.collation = std::move(attribute.name);
}
void apply(Column& column, attribute::Storage attribute) {
  column.storage = std::move(attribute.name);
}
void apply(Column& column, attribute::Compression attribute) {
  column.compression = std::move(attribute.name);
}
void apply(Column& column, attribute::Comment attribute) {
  column.comment = std::move(attribute.text);
}
void apply(Column& column, Identity attribute) {
  column.identity = attribute;
}
void apply(Column& column, References attribute) {
  column.references = std::move(attribute);
}

Constraint primary_key_constraint(Name name, Names columns, PrimaryKeyOptions options) {
  Constraint constraint = named(Constraint::Kind::pk, name);
  constraint.columns = std::move(columns);
  constraint.primary_key = std::move(options);
  return constraint;
}

Constraint unique_constraint(Name name, Names columns, UniqueOptions options) {
  Constraint constraint = named(Constraint::Kind::uq, name);
  constraint.columns = std::move(columns);
  constraint.unique = std::move(options);
  return constraint;
}

Constraint foreign_key_constraint(Name name, Names columns, std::string referent_table, Names referent_columns,
                                  ForeignKeyOptions options) {
  Constraint constraint = named(Constraint::Kind::fk, name);
  constraint.columns = std::move(columns);
  constraint.referent = std::move(referent_table);
  constraint.referent_columns = std::move(referent_columns);
  constraint.foreign_key = std::move(options);
  return constraint;
}

Constraint check_constraint(Name name, std::string condition, CheckOptions options) {
  Constraint constraint = named(Constraint::Kind::ck, name);
  constraint.condition = std::move(condition);
  constraint.check = std::move(options);
  return constraint;
}

Constraint exclude_constraint(Name name, std::vector<ExcludeElement> elements, ExcludeOptions options) {
  Constraint constraint = named(Constraint::Kind::ex, name);
  constraint.elements = std::move(elements);
  constraint.exclude = std::move(options);
  return constraint;
}

IndexElement& IndexElement::with_ops(std::string operator_class) {
  ops = std::move(operator_class);
  return *this;
}

IndexElement& IndexElement::collate(std::string name) {
  collation = std::move(name);
  return *this;
}

IndexElement& IndexElement::nulls_first() {
  nulls = "FIRST";
  return *this;
}

IndexElement& IndexElement::nulls_last() {
  nulls = "LAST";
  return *this;
}

IndexElement asc(IndexElement element) {
  element.descending = false;
  return element;
}

IndexElement desc(IndexElement element) {
  element.descending = true;
  return element;
}

PartitionBound values_in(Names values) {
  return {"FOR VALUES IN (" + joined(values) + ")"};
}

PartitionBound values_from(Names from, Names to) {
  return {"FOR VALUES FROM (" + joined(from) + ") TO (" + joined(to) + ")"};
}

PartitionBound values_hash(int modulus, int remainder) {
  return {"FOR VALUES WITH (MODULUS " + std::to_string(modulus) + ", REMAINDER " + std::to_string(remainder) + ")"};
}

PartitionBound default_partition() {
  return {"DEFAULT"};
}

Value::Value(double value) : kind_(Kind::number) {
  if (value != value) {
    text_ = "NaN";
  } else if (value - value != 0) {  // only an infinity is not finite when taken from itself
    text_ = value > 0 ? "Infinity" : "-Infinity";
  } else {
    char digits[32];
    text_.assign(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
  }
}

}  // namespace migrate::schema
