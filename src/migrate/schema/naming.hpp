#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "migrate/schema/name.hpp"

namespace migrate::schema {

/// How unnamed constraints and indexes are called: SQLAlchemy's naming_convention. Tokens are written %(table_name)s or
/// {table_name}: table_name, column_0_name, column_0_label, column_0N_name, column_0_N_name (and with 1, 2 …),
/// referred_table_name, referred_column_0_name, constraint_name. Empty: PostgreSQL names them.
struct NamingConvention {
  std::string ix, uq, ck, fk, pk;
  bool operator==(const NamingConvention&) const = default;
};

/// What is wrong with a template, as a sentence; nothing when it is right. `kind`: ix, uq, ck, fk or pk.
std::optional<std::string> naming_fault(std::string_view kind, std::string_view text);

/// What a template is filled in with.
struct NamedParts {
  std::string table;
  Names columns;
  std::string referred_table;
  Names referred_columns;
  std::string constraint_name;  ///< the name given, for templates that put something around it
};

/// The name, at most 63 bytes: a longer one is cut and gets a hash of the whole behind it, as SQLAlchemy's does, so
/// that two long names stay different.
std::string convention_name(std::string_view text, const NamedParts& parts);

}  // namespace migrate::schema
