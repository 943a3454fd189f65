// What reading a whole catalog costs: 1,000 tables with 12,000 columns, their keys, checks and indexes. Makes and drops
// a schema of its own. Arguments: URL, rounds (default 7), tables (default 1000).
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <vector>

#include "migrate/catalog/read_model.hpp"
#include "migrate/engine/connection.hpp"
#include "verdict.hpp"

namespace {

using namespace migrate;
using Clock = std::chrono::steady_clock;

constexpr const char* k_tables_at_once = R"sql(
DO $$ BEGIN FOR i IN {0}..{1} LOOP
  EXECUTE format('CREATE TABLE catalog_bench.t%1$s (id bigserial CONSTRAINT t%1$s_key PRIMARY KEY, '
    'title text NOT NULL DEFAULT ''untitled'', amount numeric(12, 2) CHECK (amount > 0), made timestamptz DEFAULT now(), '
    'code varchar(50), body jsonb, done boolean DEFAULT false, day date, key uuid, tags text[], above bigint, '
    'note text DEFAULT ''none'')', i);
  EXECUTE format('CREATE INDEX ON catalog_bench.t%s (title, amount)', i);
  EXECUTE format('CREATE UNIQUE INDEX ON catalog_bench.t%s (lower(code)) WHERE done', i);
  IF i > 1 THEN
    EXECUTE format('ALTER TABLE catalog_bench.t%s ADD FOREIGN KEY (above) REFERENCES catalog_bench.t%s', i, i - 1);
  END IF;
  IF i % 10 = 0 THEN
    EXECUTE format('CREATE VIEW catalog_bench.v%1$s AS SELECT id, title FROM catalog_bench.t%1$s WHERE amount > 5', i);
    EXECUTE format('CREATE FUNCTION catalog_bench.f%s(x int) RETURNS int LANGUAGE sql AS ''SELECT x + 1''', i);
  END IF;
END LOOP; END $$)sql";

// Locks of one transaction are limited, so neither is done in one.
void make_tables(engine::Connection& connection, int tables) {
  connection.execute("CREATE SCHEMA catalog_bench");
  for (int first = 1; first <= tables; first += 50) {
    connection.execute(fmt::format(k_tables_at_once, first, std::min(first + 49, tables)));
  }
  connection.execute("ANALYZE");
}

void drop_tables(engine::Connection& connection, int tables) {
  connection.execute("SET client_min_messages = error");
  for (int last = tables; last > 0; --last) {
    connection.execute(fmt::format("DROP TABLE catalog_bench.t{} CASCADE", last));
  }
  connection.execute("DROP SCHEMA catalog_bench CASCADE");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    fmt::print(stderr, "catalog_bench URL [ROUNDS] [TABLES]\n");
    return 2;
  }
  const int rounds = argc > 2 ? std::atoi(argv[2]) : 7;
  const int tables = argc > 3 ? std::atoi(argv[3]) : 1000;
  auto connection = engine::Connection::connect(engine::ConnectionConfig::from_url(argv[1]));
  make_tables(connection, tables);
  std::vector<double> times;
  std::size_t entities = 0;
  for (int round = 0; round <= rounds; ++round) {
    const auto start = Clock::now();
    entities = catalog::read_model(connection, {.schemas = {"catalog_bench"}}).entities().size();
    // The first one fills the server's caches.
    if (round > 0) times.push_back(std::chrono::duration<double, std::milli>(Clock::now() - start).count());
  }
  drop_tables(connection, tables);
  fmt::print("  {} entities of {} tables read, least {:.0f} ms\n", entities, tables, *std::ranges::min_element(times));
  bench::verdict(
      {fmt::format("reading {} tables of 12 columns each", tables).c_str(), bench::median(times), 500, " ms", 0});
  return 0;
}
