#pragma once
#include <span>
#include <string>
#include <string_view>

#include "migrate/schema/model.hpp"

namespace migrate::catalog::detail {

/// When a query is asked.
enum class Wanted { always, with_acl, with_foreign, without_foreign };

/// Entities of one kind. The columns `schema`, `of`, `name`, `signature`, `position`, `classid`, `objid` and `objsubid`
/// (all but `name` may be missing) say which entity a row is, `match` what exclude patterns see when that is not the
/// qualified name; every other column is an attribute of that name: a list when the name ends with "[]" (text[]).
///
/// The text is a template for compose().
struct Query {
  schema::EntityKind kind;
  std::string_view sql;
  Wanted wanted = Wanted::always;
};

std::span<const Query> relation_queries();
std::span<const Query> part_queries();
std::span<const Query> type_queries();
std::span<const Query> routine_queries();
std::span<const Query> trigger_queries();
std::span<const Query> database_queries();
std::span<const Query> foreign_queries();
std::span<const Query> unmanaged_queries();

/// Columns classid, objid, objsubid, comment.
std::string_view comments_query();
/// Columns classid, objid, objsubid, owner, acl (text[]).
std::string_view privileges_query();
/// Columns classid, objid, objsubid, refclassid, refobjid, refobjsubid, deptype: who stands on whom.
std::string_view dependencies_query();

/// The statement for a server of that version (PQserverVersion). In the template
///   [15+] …, [15+][<17] …     begin a line that is only for these major versions
///   {member:pg_class:c.oid}   is true for what belongs to an extension
///   {relation:c}              is true for a pg_class row that is to be read
/// $1 holds the schemas to be read (oid[]).
std::string compose(std::string_view sql, int server_version);

}  // namespace migrate::catalog::detail
