#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace migrate::schema {

/// Where in a revision an operation was asked for.
struct Place {
  const char* file;
  unsigned line;
  /// The line this is written on, or, as a default argument, the line of the call.
  static constexpr Place here(const char* file = __builtin_FILE(), unsigned line = __builtin_LINE()) {
    return {file, line};
  }
};

/// The name of what an operation makes or changes. It notes down the line it was written on, so that an error can name
/// it. nullptr or "" leaves it to the naming convention, or else to PostgreSQL.
class Name {
 public:
  // NOLINTBEGIN(google-explicit-constructor): names are written as strings
  Name(const char* text, Place at = Place::here()) : text_(text), place_(at) {}
  Name(std::string text, Place at = Place::here()) : text_(std::move(text)), place_(at) {}
  Name(std::string_view text, Place at = Place::here()) : text_(text), place_(at) {}
  Name(std::nullptr_t, Place at = Place::here()) : place_(at) {}
  // NOLINTEND(google-explicit-constructor)

  [[nodiscard]] const std::string& text() const noexcept { return text_; }
  [[nodiscard]] const Place& place() const noexcept { return place_; }
  /// The name is as it shall be: no naming convention is put around it. See f().
  [[nodiscard]] bool final() const noexcept { return final_; }
  void set_final() noexcept { final_ = true; }

 private:
  std::string text_;
  Place place_;
  bool final_ = false;
};

/// As Alembic's op.f(): the name is final, whatever the naming convention says.
inline Name f(std::string text, Place at = Place::here()) {
  Name name(std::move(text), at);
  name.set_final();
  return name;
}

using Names = std::vector<std::string>;

/// A storage or view parameter: {"fillfactor", "70"}.
struct Parameter {
  std::string name{}, value{};
};
using Parameters = std::vector<Parameter>;

/// What a statement can be about; the words of ALTER … and COMMENT ON ….
enum class ObjectKind {
  table,
  column,
  index,
  constraint,
  sequence,
  view,
  materialized_view,
  schema,
  type,
  domain,
  function,
  procedure,
  trigger,
  policy,
  extension,
  statistics,
  database,
  foreign_table,
  language,
};

/// An object by kind and name: object(ObjectKind::view, "active_users").
struct Object {
  ObjectKind kind = ObjectKind::table;
  std::string name{};      ///< a function's with its argument types behind: "total(integer)"
  std::string schema{};    ///< empty: as search_path finds it
  std::string of_table{};  ///< for columns, constraints, triggers and policies
};
inline Object object(ObjectKind kind, std::string name, std::string schema = {}, std::string of_table = {}) {
  return {kind, std::move(name), std::move(schema), std::move(of_table)};
}
inline Object table(std::string name, std::string schema = {}) {
  return {ObjectKind::table, std::move(name), std::move(schema), {}};
}
/// All tables, sequences, functions or procedures that a schema has now, for grant and revoke.
inline Object all_in_schema(ObjectKind kind, std::string schema) {
  return {kind, {}, std::move(schema), {}};
}

}  // namespace migrate::schema
