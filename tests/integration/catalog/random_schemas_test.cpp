// Pairs of schemas made at random from a seed: plans between them must do what they promise, as the written cases do.
// MIGRATE_RANDOM_SCHEMAS says how many pairs; MIGRATE_RANDOM_SEED where to begin.
#include <fmt/format.h>

#include <cstdlib>
#include <random>

#include "plan_oracle.hpp"

using namespace migrate;

namespace {

/// Writes a schema. Two of one seed share most of what they are made of, so that entities meet.
class Author {
 public:
  explicit Author(unsigned seed) : random_(seed) {}

  std::string write() {
    text_.clear();
    types();
    functions();
    for (int i = 0; i < 4; ++i) {
      if (chance(80)) table(i);
    }
    for (int i = 1; i < 4; ++i) reference(i);
    partitions();
    views();
    sequences();
    return text_;
  }

 private:
  bool chance(int percent) { return std::uniform_int_distribution(1, 100)(random_) <= percent; }
  std::size_t below(std::size_t end) { return std::uniform_int_distribution<std::size_t>(0, end - 1)(random_); }
  template <std::size_t Size>
  const char* one_of(const char* const (&items)[Size]) {
    return items[below(Size)];
  }
  void add(const std::string& statement) { text_ += statement + ";\n"; }

  void types() {
    add(fmt::format("CREATE TYPE mood AS ENUM ({})",
                    one_of({"'a', 'b'", "'a', 'b', 'c'", "'z', 'a', 'b'", "'b', 'a'", "'a', 'x', 'b'"})));
    add(fmt::format("CREATE DOMAIN amount AS {} {}", one_of({"integer", "bigint", "numeric"}),
                    one_of({"", "DEFAULT 1", "CHECK (VALUE > 0)", "CONSTRAINT low CHECK (VALUE > -5)"})));
    add(fmt::format("CREATE TYPE pair AS (x {}, y text)", one_of({"integer", "bigint", "mood"})));
  }

  void functions() {
    add(fmt::format("CREATE FUNCTION twice({} integer) RETURNS {} LANGUAGE sql IMMUTABLE AS 'SELECT {}'",
                    one_of({"a", "b"}), one_of({"integer", "bigint"}), one_of({"$1 * 2", "$1 + $1"})));
    add(fmt::format("CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN {}; END'",
                    one_of({"NEW", "OLD"})));
    if (chance(50))
      add(fmt::format("CREATE FUNCTION feel(m mood) RETURNS text LANGUAGE sql {} AS 'SELECT m::text'",
                      one_of({"STABLE", "IMMUTABLE", "COST 7"})));
  }

  void table(int number) {
    const auto name = fmt::format("t{}", number);
    std::string body =
        fmt::format("id {} PRIMARY KEY",
                    one_of({"integer", "bigint", "serial", "bigserial", "integer GENERATED ALWAYS AS IDENTITY"}));
    body +=
        fmt::format(", a {}", one_of({"integer", "integer NOT NULL", "integer DEFAULT 1", "integer DEFAULT twice(2)"}));
    body += fmt::format(", b {}",
                        one_of({"text", "varchar(10)", "text COLLATE \"C\" DEFAULT 'x'", "varchar(20) NOT NULL"}));
    if (chance(60)) body += fmt::format(", m mood{}", one_of({"", " DEFAULT 'a'", "[]", " NOT NULL"}));
    if (chance(50)) body += fmt::format(", d amount{}", one_of({"", " DEFAULT 3"}));
    if (chance(30)) body += ", p pair";
    if (chance(40)) body += fmt::format(", g integer GENERATED ALWAYS AS (a + {}) STORED", below(3));
    if (chance(40)) body += fmt::format(", CONSTRAINT {}_c CHECK (a {} {})", name, one_of({">", "<"}), below(3));
    if (chance(40))
      body +=
          fmt::format(", {}UNIQUE ({})", chance(50) ? "" : "CONSTRAINT " + name + "_u ", one_of({"a", "b", "a, b"}));
    add(fmt::format("CREATE {}TABLE {} ({}){}", number == 3 && chance(40) ? "UNLOGGED " : "", name, body,
                    one_of({"", " WITH (fillfactor = 70)", ""})));
    if (chance(60))
      add(fmt::format("CREATE INDEX {0}_i ON {0} ({1}){2}", name, one_of({"a", "lower(b)", "twice(a)", "a DESC, b"}),
                      one_of({"", " WHERE a > 1"})));
    if (chance(30)) add(fmt::format("COMMENT ON TABLE {} IS 'is {}'", name, below(3)));
    if (chance(30)) add(fmt::format("COMMENT ON COLUMN {}.a IS 'is {}'", name, below(3)));
    if (chance(30))
      add(fmt::format("CREATE TRIGGER g BEFORE {} ON {} FOR EACH ROW EXECUTE FUNCTION touch()",
                      one_of({"INSERT", "UPDATE OF a", "INSERT OR UPDATE"}), name));
    if (chance(30)) add(fmt::format("CREATE POLICY p ON {} USING (a > {})", name, below(2)));
    if (chance(20)) add(fmt::format("ALTER TABLE {} ENABLE ROW LEVEL SECURITY", name));
    if (chance(20)) add(fmt::format("ALTER TABLE {} ALTER COLUMN b SET STATISTICS {}", name, 100 + below(2)));
    if (chance(20)) add(fmt::format("GRANT {} ON {} TO pg_monitor", one_of({"SELECT", "SELECT, INSERT", "ALL"}), name));
    if (chance(20)) add(fmt::format("CREATE STATISTICS {0}_s ON a, b FROM {0}", name));
    present_[static_cast<std::size_t>(number)] = true;
  }

  /// Integers of any width may refer to each other.
  void reference(int number) {
    const auto target = below(static_cast<std::size_t>(number));
    if (!present_[static_cast<std::size_t>(number)] || !present_[target] || !chance(50)) return;
    add(fmt::format("ALTER TABLE t{0} ADD CONSTRAINT t{0}_f FOREIGN KEY (a) REFERENCES t{1}{2}", number, target,
                    one_of({"", " ON DELETE CASCADE", " DEFERRABLE"})));
  }

  void partitions() {
    if (!chance(50)) return;
    add(fmt::format("CREATE TABLE r (id integer NOT NULL, v {}) PARTITION BY RANGE (id)",
                    one_of({"text", "varchar(5)", "text DEFAULT 'x'"})));
    for (int i = 0; i < 3; ++i) {
      if (chance(60))
        add(fmt::format("CREATE TABLE r{0} PARTITION OF r FOR VALUES FROM ({0}0) TO ({0}{1})", i, 5 + below(2)));
    }
    if (chance(50)) add("CREATE INDEX r_v ON r (v)");
    if (chance(50)) add("ALTER TABLE r ADD PRIMARY KEY (id)");
  }

  void views() {
    if (!present_[0]) return;
    add(fmt::format("CREATE VIEW v0 AS SELECT {} FROM t0",
                    one_of({"id, a", "id, a, b", "b, id", "twice(a) AS a, id"})));
    if (chance(60)) add(fmt::format("CREATE VIEW v1 AS SELECT id FROM v0 WHERE id > {}", below(2)));
    if (chance(40)) add("COMMENT ON VIEW v0 IS 'view'");
    if (chance(50)) {
      add(fmt::format("CREATE MATERIALIZED VIEW m0 AS SELECT {} FROM t0", one_of({"id", "id, b"})));
      if (chance(50)) add("CREATE UNIQUE INDEX m0_i ON m0 (id)");
    }
  }

  void sequences() {
    if (chance(60)) add(fmt::format("CREATE SEQUENCE s INCREMENT {} CACHE {}", 1 + below(2), 1 + below(2)));
  }

  std::mt19937 random_;
  std::string text_;
  bool present_[4] = {};
};

unsigned number_from(const char* variable, unsigned usual) {
  const char* text = std::getenv(variable);
  return text == nullptr ? usual : static_cast<unsigned>(std::strtoul(text, nullptr, 10));
}

}  // namespace

TEST_CASE("plans between random schemas lead there and back", "[catalog][diff]") {
  const auto count = number_from("MIGRATE_RANDOM_SCHEMAS", 6);
  const auto first = number_from("MIGRATE_RANDOM_SEED", 1);
  for (unsigned seed = first; seed < first + count; ++seed) {
    const auto from = Author(seed * 2).write();
    const auto to = Author(seed * 2 + 1).write();
    test::OracleOptions options;
    options.online = seed % 2 == 0;
    std::string fault;
    try {
      fault = test::fault_of(from, to, options);
    } catch (const std::exception& error) {
      fault = error.what();
    }
    INFO("seed " << seed << "\n-- old\n" << from << "-- new\n" << to);
    if (!fault.empty()) FAIL_CHECK(fault);
  }
}
