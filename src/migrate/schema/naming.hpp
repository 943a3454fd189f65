#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "migrate/schema/name.hpp"

namespace migrate::schema {

/// How unnamed constraints and indexes are called: SQLAlchemy's naming_convention. Tokens are written %(table_name)s or
/// {table_name}: table_name, column_0_name, column_0_label (the table before it), column_0_key (as name), and with 1,
/// 2 … for 0; column_0N_name and column_0_N_name (all columns, the latter with _ between; label and key as well);
/// referred_table_name and referred_column_0_name (also 0N, 0_N) of foreign keys; constraint_name (the name given: the
/// convention is put around it). A percent sign is written %%, a brace {{ or }}. Empty: PostgreSQL names them.
struct NamingConvention {
  std::string ix{}, uq{}, ck{}, fk{}, pk{};
  bool operator==(const NamingConvention&) const = default;
};

/// What is wrong with a template, as a sentence; nothing when it is right. `kind`: ix, uq, ck, fk or pk.
std::optional<std::string> naming_fault(std::string_view kind, std::string_view text);

/// What a template is filled in with.
struct NamedParts {
  std::string table;
  Names columns;  ///< an empty one stands for an expression
  std::string referred_table;
  Names referred_columns;
  std::string constraint_name;  ///< the name given, for templates that put something around it
};

/// Whether `parts` has all that the template speaks of.
bool convention_fits(std::string_view text, const NamedParts& parts);

/// Whether %(constraint_name)s stands in the template.
bool convention_wraps_names(std::string_view text);

/// The name, at most 63 bytes: a longer one is cut and gets a hash of the whole behind it, as SQLAlchemy's does, so
/// that two long names stay different. Throws base::Error for a faulty template and when `parts` lacks something.
std::string convention_name(std::string_view text, const NamedParts& parts);

}  // namespace migrate::schema
