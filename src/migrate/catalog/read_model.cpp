#include "migrate/catalog/read_model.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <utility>

#include "migrate/base/text.hpp"
#include "migrate/catalog/detail/entity_reader.hpp"
#include "migrate/catalog/detail/query.hpp"
#include "migrate/engine/batch.hpp"
#include "migrate/engine/connection.hpp"
#include "migrate/engine/transaction.hpp"

namespace migrate::catalog {
namespace {

using detail::Query;
using detail::Wanted;

// What pg_get_expr and its kin write must not depend on whose session asks. Just-in-time compilation would cost more
// than all of these queries.
constexpr std::string_view k_session = R"sql(
SET LOCAL search_path = '';
SET LOCAL DateStyle = 'ISO, YMD';
SET LOCAL IntervalStyle = 'postgres';
SET LOCAL TimeZone = 'UTC';
SET LOCAL extra_float_digits = 3;
SET LOCAL bytea_output = 'hex';
SET LOCAL lc_monetary = 'C';
SET LOCAL quote_all_identifiers = off;
SET LOCAL jit = off;
SELECT oid, nspname FROM pg_catalog.pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema')sql";

bool matches_any(std::string_view name, std::span<const std::string> patterns) {
  return std::ranges::any_of(patterns, [&](const auto& pattern) { return base::matches_glob(name, pattern); });
}

/// Schemas to be read, as the text of an oid[].
std::string schemas_to_read(const engine::Result& result, const ReadOptions& options) {
  std::string oids = "{";
  for (int row = 0; row < result.rows(); ++row) {
    const std::string_view name = result.text(row, 1);
    if (!matches_any(name, options.schemas) || matches_any(name, options.exclude)) continue;
    if (oids.size() > 1) oids += ',';
    oids += result.text(row, 0);
  }
  return oids + "}";
}

bool is_wanted(const Query& query, const ReadOptions& options) {
  switch (query.wanted) {
    case Wanted::with_acl:
      return options.acl;
    case Wanted::with_foreign:
      return options.foreign;
    case Wanted::without_foreign:
      return !options.foreign;
    case Wanted::always:
      return true;
  }
  return true;
}

/// The queries to ask, wholes before their parts.
std::vector<Query> wanted_queries(const ReadOptions& options) {
  const std::array<std::span<const Query>, 8> groups{
      detail::database_queries(), detail::type_queries(),    detail::relation_queries(), detail::part_queries(),
      detail::routine_queries(),  detail::trigger_queries(), detail::foreign_queries(),  detail::unmanaged_queries()};
  std::vector<Query> wanted;
  for (const auto& group : groups) {
    std::ranges::copy_if(group, std::back_inserter(wanted), [&](const Query& one) { return is_wanted(one, options); });
  }
  return wanted;
}

/// The statements of one reading, all sent at once.
class Reading {
 public:
  Reading(int server_version, std::string schemas) : version_(server_version), schemas_(std::move(schemas)) {}

  void add(std::string_view sql) {
    const std::string text = detail::compose(sql, version_);
    if (text.find("$1") == std::string::npos) {
      batch_.add(text);
    } else {
      batch_.add(text, schemas_);
    }
  }
  [[nodiscard]] std::vector<engine::BatchOutcome> run(engine::Connection& connection) const {
    return connection.run(batch_);
  }

 private:
  int version_;
  std::string schemas_;
  engine::Batch batch_;
};

}  // namespace

schema::Model read_model(engine::Connection& connection, const ReadOptions& options) {
  schema::Model model;
  model.server_version = connection.server_version();
  auto transaction = connection.begin({.isolation = engine::Isolation::repeatable_read, .read_only = true});
  Reading reading(model.server_version, schemas_to_read(connection.execute(k_session), options));
  const auto queries = wanted_queries(options);
  for (const Query& query : queries) reading.add(query.sql);
  reading.add(detail::dependencies_query());
  reading.add(detail::comments_query());
  if (options.acl) reading.add(detail::privileges_query());
  const auto outcomes = reading.run(connection);
  transaction.rollback();

  detail::EntityReader reader(model, options);
  for (std::size_t i = 0; i < queries.size(); ++i) reader.add(queries[i].kind, outcomes[i].result());
  reader.add_needs(outcomes[queries.size()].result());
  reader.add_comments(outcomes[queries.size() + 1].result());
  if (options.acl) reader.add_privileges(outcomes[queries.size() + 2].result());
  return model;
}

}  // namespace migrate::catalog
