#pragma once
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "migrate/schema/column.hpp"
#include "migrate/schema/ddl.hpp"
#include "migrate/schema/name.hpp"

/// Pieces that statements are put together from. All throw OperationError for what cannot be written; to_sql puts the
/// operation's name before the message. `what` is what the user knows the thing by: "the table", "ondelete".
namespace migrate::schema::detail {

using Statements = std::vector<std::string>;

[[noreturn]] void refuse(const std::string& fault, std::string hint = {});

/// A name that has to be there, quoted when needed.
std::string identifier(std::string_view name, std::string_view what);
std::string qualified(std::string_view schema, std::string_view name, std::string_view what);
/// "a, b"; at least one.
std::string identifier_list(const Names& names, std::string_view what);
/// " INCLUDE (a, b)"; nothing when there are no names.
std::string listed_clause(std::string_view words, const Names& names, std::string_view what);
/// " TABLESPACE fast"; nothing when the name is empty.
std::string named_clause(std::string_view words, std::string_view name, std::string_view what);

/// A piece of SQL that has to be there, trimmed. A comment in it cannot swallow what is written behind, and a quote
/// that is not closed is refused.
std::string fragment(std::string_view given, std::string_view what);
std::string in_parentheses(std::string_view given, std::string_view what);
/// A whole query, of one statement: without what stands around it, such as a semicolon.
std::string query(std::string_view text);

/// One of the words PostgreSQL knows there, in upper case and with single blanks.
std::string word(std::string_view given, std::initializer_list<std::string_view> known, std::string_view what);

/// A role's name; PUBLIC, CURRENT_USER, CURRENT_ROLE and SESSION_USER are words. `allows_public`: PUBLIC may stand.
std::string role(std::string_view name, bool allows_public = true);
std::string role_list(const Names& roles);

/// A collation's name, or, when it has a double quote in it, SQL: app."my collation".
std::string collate_clause(std::string_view collation);
/// " WITH (fillfactor = 70)"; nothing when there are none.
std::string with_clause(const Parameters& parameters);
std::string parameter_list(const Parameters& parameters);
std::string parameter_name(std::string_view name);

/// " DEFERRABLE INITIALLY DEFERRED"
std::string deferral(const std::optional<bool>& deferrable, std::string_view initially);
/// "START WITH 5 INCREMENT BY 2", for sequences and identity columns.
std::string sequence_options(const SequenceOptions& options);

std::string type_sql(const Type& type, std::string_view what);
/// CREATE TYPE of an Enum with labels, once; nothing for other types. `guarded`: it may be there already.
void create_enum_type(const Type& type, bool guarded, Statements& statements);
std::string enum_type(std::string_view schema, std::string_view name, const Names& labels);

/// COMMENT ON <subject> IS …; nothing or an empty text takes it away.
std::string comment_on(std::string_view subject, const std::optional<std::string>& comment);

}  // namespace migrate::schema::detail
