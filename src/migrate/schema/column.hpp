#pragma once
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "migrate/schema/types.hpp"

/// Columns as values: column("id", BigInteger{}, primary_key).
namespace migrate::schema {

/// A piece of SQL that stands as it is, where a plain word would be a name: expression("lower(email)").
struct Expression {
  std::string sql{};
};
inline Expression expression(std::string sql) {
  return {std::move(sql)};
}

/// A value that is written as an SQL literal, quoted as needed: server_default(literal("it's")).
Expression literal(std::string_view text);

/// Options of an identity column. What is not given is PostgreSQL's default.
struct SequenceOptions {
  std::optional<long long> start{}, increment{}, minvalue{}, maxvalue{}, cache{};
  std::optional<bool> cycle{};
};

/// GENERATED … AS IDENTITY.
struct Identity {
  bool always = false;  ///< false: BY DEFAULT
  SequenceOptions options{};
};

/// The table a column refers to, written at the column: references("users", "id", {.ondelete = "CASCADE"}).
struct ReferenceOptions {
  std::string name{};  ///< of the constraint; empty: by the naming convention
  std::string onupdate{}, ondelete{}, match{}, initially{};
  std::optional<bool> deferrable{};
  std::string schema{};
};
struct References {
  std::string table{}, column{};
  ReferenceOptions options;
};

/// A column of a table. Made by column(); every member may also be set by hand.
struct Column {
  std::string name{};
  Type type{};
  std::optional<bool> nullable{};
  bool primary_key = false;
  bool unique = false;
  bool indexed = false;                         ///< create_table and add_column make an index of it
  std::optional<std::string> server_default{};  ///< SQL
  std::optional<Identity> identity{};
  std::optional<std::string> generated{};  ///< expression of GENERATED ALWAYS AS (…) STORED
  std::optional<References> references{};
  std::optional<std::string> check{};  ///< condition
  std::string collation{};             ///< name, quoted when needed
  std::string storage{};               ///< plain, external, extended, main
  std::string compression{};           ///< pglz, lz4
  std::optional<std::string> comment{};
};

/// What column() takes behind the type, in any order.
namespace attribute {
struct PrimaryKey {};
struct Nullable {
  bool value;
};
struct Unique {};
struct Indexed {};
struct Default {
  std::string sql{};
};
struct Generated {
  std::string sql{};
};
struct Check {
  std::string sql{};
};
struct Collation {
  std::string name{};
};
struct Storage {
  std::string name{};
};
struct Compression {
  std::string name{};
};
struct Comment {
  std::string text{};
};
}  // namespace attribute

inline constexpr attribute::PrimaryKey primary_key{};
inline constexpr attribute::Nullable nullable{true};
inline constexpr attribute::Nullable not_null{false};
inline constexpr attribute::Unique unique{};
inline constexpr attribute::Indexed indexed{};

/// An SQL expression, as text(…) is for SQLAlchemy: server_default("now()"), server_default("'draft'").
inline attribute::Default server_default(std::string sql) {
  return {std::move(sql)};
}
inline attribute::Default server_default(const char* sql) {
  return {sql};
}
inline attribute::Default server_default(Expression value) {
  return {std::move(value.sql)};
}
inline attribute::Default server_default(long long value) {
  return {std::to_string(value)};
}
inline attribute::Default server_default(int value) {
  return {std::to_string(value)};
}
inline attribute::Default server_default(bool value) {
  return {value ? "true" : "false"};
}
inline Identity identity(bool always = false, SequenceOptions options = {}) {
  return {always, std::move(options)};
}
inline attribute::Generated generated(std::string sql) {
  return {std::move(sql)};
}
inline attribute::Generated computed(std::string sql) {
  return {std::move(sql)};
}
inline attribute::Check check(std::string condition) {
  return {std::move(condition)};
}
inline attribute::Collation collate(std::string name) {
  return {std::move(name)};
}
inline attribute::Storage storage(std::string name) {
  return {std::move(name)};
}
inline attribute::Compression compression(std::string name) {
  return {std::move(name)};
}
inline attribute::Comment comment(std::string text) {
  return {std::move(text)};
}
inline References references(std::string table, std::string column, ReferenceOptions options = {}) {
  return {std::move(table), std::move(column), std::move(options)};
}

void apply(Column& column, attribute::PrimaryKey attribute);
void apply(Column& column, attribute::Nullable attribute);
void apply(Column& column, attribute::Unique attribute);
void apply(Column& column, attribute::Indexed attribute);
void apply(Column& column, attribute::Default attribute);
void apply(Column& column, attribute::Generated attribute);
void apply(Column& column, attribute::Check attribute);
void apply(Column& column, attribute::Collation attribute);
void apply(Column& column, attribute::Storage attribute);
void apply(Column& column, attribute::Compression attribute);
void apply(Column& column, attribute::Comment attribute);
void apply(Column& column, Identity attribute);
void apply(Column& column, References attribute);

/// A column with its attributes: column("age", Integer{}, not_null, server_default(0), check("age >= 0")).
template <class... Attributes>
Column column(std::string name, Type type, Attributes... attributes) {
  Column made;
  made.name = std::move(name);
  made.type = std::move(type);
  (apply(made, std::move(attributes)), ...);
  return made;
}

}  // namespace migrate::schema
