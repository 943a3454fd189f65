#pragma once
#include <string>
#include <vector>

#include "migrate/schema/model.hpp"

namespace migrate::engine {
class Connection;
}  // namespace migrate::engine

namespace migrate::catalog {

/// A table named exactly; an empty schema stands for any.
struct TableName {
  std::string schema{};
  std::string name{};
};

/// What of a database is read. Patterns are globs with `*` and `?`.
struct ReadOptions {
  /// Of the names of schemas. System and temporary schemas are never read.
  std::vector<std::string> schemas{"*"};
  /// Of names as people write them: public.users (with all its parts), public.users.email, postgis.
  std::vector<std::string> exclude{};
  /// Tables of our own, which are nobody's schema: the version table and the journal.
  std::vector<TableName> own_tables{};
  bool acl = false;      ///< owners, privileges, default privileges
  bool foreign = false;  ///< foreign data wrappers, servers, user mappings, foreign tables; else they are unmanaged
};

/// The schema of the connection's database as values; docs/schema_model.md says which. What is read is one moment's
/// state, with a number of statements that does not depend on the schema; members of extensions are left out. Takes the
/// connection for one read-only transaction of its own and leaves the session as it was. Throws engine::DatabaseError.
schema::Model read_model(engine::Connection& connection, const ReadOptions& options = {});

}  // namespace migrate::catalog
