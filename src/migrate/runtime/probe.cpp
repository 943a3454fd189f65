#include "migrate/runtime/probe.hpp"

#include <fmt/format.h>

#include <optional>

#include "migrate/sql/index_statement.hpp"
#include "migrate/sql/quote.hpp"

namespace migrate::runtime {
namespace {

using engine::Connection;
using sql::quote_literal;
using sql::Subject;
using Fate = ProbeAnswer::Fate;

std::string written(const sql::ObjectName& name) {
  return sql::quote_qualified(name.schema, name.name);
}

/// NULL for what does not exist.
std::string oid_of(const sql::ObjectName& name) {
  return fmt::format("pg_catalog.to_regclass({})", quote_literal(written(name)));
}

bool holds(Connection& connection, const std::string& condition) {
  return connection.execute("SELECT " + condition).scalar() == "t";
}

/// An index as the catalog has it.
struct FoundIndex {
  std::string name;  ///< qualified, as it is written
  std::string definition;
  bool on_table = false;  ///< on the one that the statement is about
  bool valid = false;
  bool being_built = false;
};

/// From USING on: the part of a definition that holds no name of a table or an index.
std::string_view tail(std::string_view definition) {
  const auto at = definition.find(" USING ");
  return at == std::string_view::npos ? definition : definition.substr(at);
}

std::vector<FoundIndex> find_indexes(Connection& connection, const std::string& condition,
                                     const std::string& table = "i.indrelid") {
  const auto found = connection.execute(
      fmt::format("SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname),"
                  " CASE WHEN i.indisunique THEN 'UNIQUE ' ELSE '' END || pg_catalog.pg_get_indexdef(c.oid),"
                  " coalesce(i.indrelid = {}, false), i.indisvalid AND i.indisready, EXISTS (SELECT FROM "
                  "pg_catalog.pg_stat_progress_create_index AS p"
                  " WHERE p.index_relid = c.oid)"
                  " FROM pg_catalog.pg_index AS i JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid"
                  " JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace WHERE {} ORDER BY c.oid",
                  table, condition));
  std::vector<FoundIndex> indexes;
  indexes.reserve(static_cast<std::size_t>(found.rows()));
  for (int row = 0; row < found.rows(); ++row) {
    indexes.push_back({std::string(found.text(row, 0)), std::string(found.text(row, 1)), found.text(row, 2) == "t",
                       found.text(row, 3) == "t", found.text(row, 4) == "t"});
  }
  return indexes;
}

/// How the server words the index that the statement asks for, learned on an empty copy of the table. Nothing when it
/// will not say.
std::optional<std::string> wanted_definition(Connection& connection, const Subject& subject,
                                             std::string_view statement) {
  const auto same = sql::same_index_on(statement, "pg_temp.migrate_probe");
  if (!same) return std::nullopt;
  connection.execute("BEGIN");
  std::optional<std::string> definition;
  try {
    connection.execute(fmt::format("CREATE TEMPORARY TABLE migrate_probe (LIKE {})", written(subject.table)));
    connection.execute(*same);
    const auto made = find_indexes(connection, "i.indrelid = 'pg_temp.migrate_probe'::pg_catalog.regclass");
    if (made.size() == 1) definition = made.front().definition;
  } catch (const engine::SqlError&) {
    definition.reset();
  }
  connection.rollback_if_open();
  return definition;
}

bool is_unique(const FoundIndex& index) {
  return index.definition.starts_with("UNIQUE ");
}

ProbeAnswer judge_index(Connection& connection, const Subject& subject, const FoundIndex& index,
                        std::string_view statement) {
  if (!index.on_table) return {Fate::different, fmt::format("index {} exists: {}", index.name, index.definition)};
  if (index.being_built) return {Fate::busy, fmt::format("index {} is being built", index.name)};
  if (!index.valid) {
    return {Fate::broken,
            fmt::format("index {} exists and is invalid", index.name),
            {fmt::format("DROP INDEX CONCURRENTLY IF EXISTS {}", index.name)}};
  }
  const auto wanted = wanted_definition(connection, subject, statement);
  if (!wanted) return {Fate::unknown, fmt::format("index {} exists and is valid", index.name)};
  const bool same = tail(*wanted) == tail(index.definition) && subject.unique == is_unique(index);
  return {same ? Fate::done : Fate::different, fmt::format("index {} exists: {}", index.name, index.definition)};
}

/// PostgreSQL makes an index in the schema of its table.
std::string index_condition(const Subject& subject) {
  if (!subject.object.name.empty()) {
    return fmt::format(
        "c.relname = {} AND n.oid = (SELECT t.relnamespace FROM pg_catalog.pg_class AS t WHERE t.oid = {})",
        quote_literal(subject.object.name), oid_of(subject.table));
  }
  return fmt::format("i.indrelid = {}", oid_of(subject.table));
}

ProbeAnswer probe_create_index(Connection& connection, const Subject& subject, std::string_view statement) {
  const auto indexes = find_indexes(connection, index_condition(subject), oid_of(subject.table));
  if (!subject.object.name.empty()) {
    if (indexes.empty()) return {Fate::to_run, "there is no such index"};
    return judge_index(connection, subject, indexes.front(), statement);
  }
  // The name was PostgreSQL's choice: what matters is an index that is defined alike.
  const auto wanted = wanted_definition(connection, subject, statement);
  if (!wanted) return {Fate::unknown, "the index has no name of its own to look for"};
  for (const auto& index : indexes) {
    if (tail(*wanted) == tail(index.definition) && subject.unique == is_unique(index)) {
      return judge_index(connection, subject, index, statement);
    }
  }
  return {Fate::to_run, "there is no such index"};
}

ProbeAnswer probe_drop_index(Connection& connection, const Subject& subject) {
  if (holds(connection, oid_of(subject.object) + " IS NULL")) return {Fate::done, "the index is gone"};
  return {Fate::to_run, "the index is still there"};
}

/// Indexes of the table, of its partitions, and of what holds their long values.
std::string of_table(const std::string& table) {
  return fmt::format(
      "i.indrelid IN (SELECT pg_catalog.unnest(ARRAY[t.oid, t.reltoastrelid]) FROM pg_catalog.pg_class AS t WHERE "
      "t.oid = {0}"
      " OR t.oid IN (SELECT relid FROM pg_catalog.pg_partition_tree({0})))",
      table);
}

/// Which indexes a REINDEX works through.
std::string reindex_scope(const Subject& subject) {
  switch (subject.target) {
    case sql::ReindexTarget::index:
      return of_table(fmt::format("(SELECT x.indrelid FROM pg_catalog.pg_index AS x WHERE x.indexrelid = {})",
                                  oid_of(subject.object)));
    case sql::ReindexTarget::table:
      return of_table(oid_of(subject.object));
    case sql::ReindexTarget::schema:
      return fmt::format(
          "i.indrelid IN (SELECT pg_catalog.unnest(ARRAY[t.oid, t.reltoastrelid]) FROM pg_catalog.pg_class AS t JOIN"
          " pg_catalog.pg_namespace AS s ON s.oid = t.relnamespace WHERE s.nspname = {})",
          quote_literal(subject.object.name));
    case sql::ReindexTarget::database:
    case sql::ReindexTarget::system:
      break;
  }
  return "true";
}

ProbeAnswer probe_reindex(Connection& connection, const Subject& subject) {
  const auto leftovers = find_indexes(
      connection, fmt::format("NOT i.indisvalid AND c.relname ~ '_cc(new|old)[0-9]*$' AND {}", reindex_scope(subject)));
  ProbeAnswer answer{Fate::to_run, "nothing is left of it"};
  for (const auto& index : leftovers) {
    if (index.being_built) return {Fate::busy, fmt::format("index {} is being built", index.name)};
    answer.fate = Fate::broken;
    answer.found = fmt::format("index {} is left of it", index.name);
    answer.repair.push_back(fmt::format("DROP INDEX CONCURRENTLY IF EXISTS {}", index.name));
  }
  return answer;
}

ProbeAnswer probe_enum_value(Connection& connection, const Subject& subject) {
  const bool there = holds(
      connection,
      fmt::format(
          "EXISTS (SELECT FROM pg_catalog.pg_enum WHERE enumlabel = {} AND enumtypid = pg_catalog.to_regtype({}))",
          quote_literal(subject.member), quote_literal(written(subject.object))));
  return there ? ProbeAnswer{Fate::done, "the type has the value"}
               : ProbeAnswer{Fate::to_run, "the value is not there"};
}

ProbeAnswer probe_validation(Connection& connection, const Subject& subject) {
  const bool valid =
      holds(connection, fmt::format("EXISTS (SELECT FROM pg_catalog.pg_constraint WHERE convalidated AND conname = {}"
                                    " AND conrelid = {})",
                                    quote_literal(subject.member), oid_of(subject.table)));
  return valid ? ProbeAnswer{Fate::done, "the constraint is valid"}
               : ProbeAnswer{Fate::to_run, "the constraint is not validated"};
}

ProbeAnswer probe_detach(Connection& connection, const Subject& subject) {
  const auto found = connection.execute(
      fmt::format("SELECT inhdetachpending FROM pg_catalog.pg_inherits WHERE inhrelid = {} AND inhparent = {}",
                  oid_of(subject.partition), oid_of(subject.table)));
  if (found.rows() == 0) return {Fate::done, "the partition is detached"};
  if (found.text(0, 0) != "t") return {Fate::to_run, "the partition is attached"};
  return {
      Fate::finalize,
      "the partition is half detached",
      {fmt::format("ALTER TABLE {} DETACH PARTITION {} FINALIZE", written(subject.table), written(subject.partition))}};
}

}  // namespace

ProbeAnswer probe(engine::Connection& connection, const sql::Subject& subject, std::string_view statement) {
  switch (subject.kind) {
    case sql::SubjectKind::create_index_concurrently:
      return probe_create_index(connection, subject, statement);
    case sql::SubjectKind::drop_index_concurrently:
      return probe_drop_index(connection, subject);
    case sql::SubjectKind::reindex_concurrently:
      return probe_reindex(connection, subject);
    case sql::SubjectKind::add_enum_value:
      return probe_enum_value(connection, subject);
    case sql::SubjectKind::validate_constraint:
      return probe_validation(connection, subject);
    case sql::SubjectKind::detach_concurrently:
      return probe_detach(connection, subject);
    case sql::SubjectKind::rerunnable:
      return {Fate::to_run, "doing it again gives the same"};
    case sql::SubjectKind::other:
      break;
  }
  return {Fate::unknown, "the catalog cannot tell whether it took effect"};
}

}  // namespace migrate::runtime
