#pragma once
#include <string>
#include <string_view>

#include "cpp_project.hpp"

namespace migrate::test {

/// Revisions h01, h02 … in a row, each added behind the one before.
class LongHistory {
 public:
  explicit LongHistory(const Project& project) : project_(project) {}

  void add(std::string_view upgrade) { add_section("-- migrate:upgrade\n", upgrade); }
  /// A section outside transactions.
  void add_outside(std::string_view upgrade) { add_section("-- migrate:upgrade transaction:false\n", upgrade); }
  void add_cpp(std::string_view upgrade) {
    const auto down = id();
    ++count_;
    test::add_cpp(project_, id(), down, upgrade);
  }
  [[nodiscard]] int count() const noexcept { return count_; }

 private:
  [[nodiscard]] std::string id() const { return count_ == 0 ? std::string() : fmt::format("h{:02}", count_); }

  void add_section(std::string_view marker, std::string_view upgrade) {
    const auto down = id();
    ++count_;
    project_.add_revision(id() + ".sql", fmt::format("-- {0}\n--\n-- revision: {0}\n-- down_revision: {1}\n\n{2}{3}\n",
                                                     id(), down, marker, upgrade));
  }

  const Project& project_;
  int count_ = 0;
};

/// Ten revisions about a table that takes a while.
inline void add_first_half(LongHistory& history) {
  history.add(
      "CREATE TABLE tally (step text NOT NULL);\n"
      "CREATE TABLE items (id int PRIMARY KEY, code text NOT NULL, amount int NOT NULL DEFAULT 0, size int);\n"
      "INSERT INTO items (id, code) SELECT n, md5(n::text) FROM generate_series(1, 30000) AS n;\n"
      "INSERT INTO tally VALUES ('h01');");
  history.add("CREATE TYPE mood AS ENUM ('sad');\nCREATE TABLE moods (m mood);\nINSERT INTO tally VALUES ('h02');");
  history.add_outside("CREATE INDEX CONCURRENTLY items_code ON items (code);\nINSERT INTO tally VALUES ('h03');");
  history.add("ALTER TABLE items ADD COLUMN note text;\nUPDATE items SET note = 'a' WHERE id % 3 = 0;");
  history.add_outside(
      "ALTER TYPE mood ADD VALUE 'ok';\nINSERT INTO moods VALUES ('ok');\nALTER TYPE mood ADD VALUE 'so-so' BEFORE "
      "'ok';\nINSERT INTO tally VALUES ('h05');");
  history.add_outside(
      "CREATE UNIQUE INDEX CONCURRENTLY items_id_code ON items (id, code);\n"
      "ALTER TABLE items ADD CONSTRAINT items_once UNIQUE USING INDEX items_id_code;");
  history.add_outside("VACUUM items;\nINSERT INTO tally VALUES ('h07');\nANALYZE items;\nVACUUM (ANALYZE) tally;");
  history.add_outside(
      "INSERT INTO tally VALUES ('h08 before');\nBEGIN;\nINSERT INTO tally VALUES ('h08 in');\n"
      "UPDATE items SET amount = amount + 1;\nCOMMIT;\nINSERT INTO tally VALUES ('h08 after');");
  history.add_outside(
      "DROP INDEX CONCURRENTLY items_code;\nINSERT INTO tally VALUES ('h09');\n"
      "CREATE INDEX CONCURRENTLY IF NOT EXISTS items_upper ON items (upper(code) DESC, id) WHERE id > 10;");
  history.add_outside("COPY tally FROM stdin;\nh10 one\nh10 two\n\\.\nINSERT INTO tally VALUES ('h10');");
}

/// Partitions, constraints, REINDEX, and revisions in C++.
inline void add_second_half(LongHistory& history) {
  history.add(
      "CREATE TABLE parts (n int NOT NULL) PARTITION BY RANGE (n);\n"
      "CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (0) TO (5000);\n"
      "CREATE TABLE parts_2 PARTITION OF parts FOR VALUES FROM (5000) TO (10000);\n"
      "INSERT INTO parts SELECT generate_series(0, 9999);");
  history.add_outside(
      "ALTER TABLE parts DETACH PARTITION parts_1 CONCURRENTLY;\nINSERT INTO tally VALUES ('h12');\n"
      "DROP TABLE parts_1;");
  history.add("ALTER TABLE items ADD CONSTRAINT items_amount CHECK (amount >= 0) NOT VALID;");
  history.add_outside("ALTER TABLE items VALIDATE CONSTRAINT items_amount;\nINSERT INTO tally VALUES ('h14');");
  history.add_outside(
      "REINDEX INDEX CONCURRENTLY items_upper;\nINSERT INTO tally VALUES ('h15');\nREINDEX TABLE CONCURRENTLY items;");
  history.add_outside(
      "SET work_mem = '9MB';\nUPDATE items SET amount = amount + 10;\nINSERT INTO tally VALUES "
      "(current_setting('work_mem'));");
  history.add_cpp(
      "  op.execute(\"INSERT INTO tally VALUES ('h17')\");\n"
      "  {\n    auto block = op.autocommit_block();\n"
      "    op.create_index(\"items_note\", \"items\", {\"note\"}, {.concurrently = true});\n"
      "    op.execute(\"INSERT INTO tally VALUES ('h17 alone')\");\n  }\n"
      "  op.execute(\"INSERT INTO tally VALUES ('h17 after')\");");
  history.add_cpp(
      "  op.execute(\"INSERT INTO tally VALUES ('h18')\");\n"
      "  op.backfill(\"items\", {.set = \"size = 1, amount = amount + 100\", .batch_size = 3000});\n"
      "  op.alter_column(\"items\", \"size\", {.nullable = false});\n"
      "  op.execute(\"INSERT INTO tally VALUES ('h18 after')\");");
  history.add_outside(
      "CREATE MATERIALIZED VIEW total AS SELECT amount, count(*) AS n FROM items GROUP BY amount;\n"
      "CREATE UNIQUE INDEX CONCURRENTLY ON total (amount);\nREFRESH MATERIALIZED VIEW CONCURRENTLY total;");
  history.add("CREATE FUNCTION one() RETURNS int LANGUAGE sql AS $$ SELECT 1; $$;\nINSERT INTO tally VALUES ('h20');");
  history.add_outside(
      "CREATE INDEX CONCURRENTLY items_amount ON items (amount);\nCREATE INDEX CONCURRENTLY items_size ON items "
      "(size);\nINSERT INTO tally VALUES ('h21');");
}

/// Five revisions in SQL about a table of their own, and one in C++ in every fourth round.
inline void add_round(LongHistory& history, int number) {
  const auto table = fmt::format("round_{}", number);
  history.add(fmt::format(
      "CREATE TABLE {0} (id int PRIMARY KEY, code text, size int);\n"
      "INSERT INTO {0} SELECT n, md5(n::text) FROM generate_series(1, 4000) AS n;\nINSERT INTO tally VALUES ('{0}');",
      table));
  history.add_outside(fmt::format(
      "CREATE INDEX CONCURRENTLY {0}_code ON {0} (code);\nINSERT INTO tally VALUES ('{0} indexed');", table));
  history.add_outside(
      fmt::format("ALTER TYPE mood ADD VALUE '{0}';\nINSERT INTO moods VALUES ('{0}');\n"
                  "CREATE UNIQUE INDEX CONCURRENTLY {0}_once ON {0} (code, id);",
                  table));
  history.add(fmt::format("COPY {0} (id, code) FROM stdin;\n-1\tone\n-2\ttwo\n\\.\nUPDATE {0} SET size = 0;", table));
  history.add_outside(
      fmt::format("ALTER TABLE {0} ADD CONSTRAINT {0}_size CHECK (size >= 0) NOT VALID;\n"
                  "ALTER TABLE {0} VALIDATE CONSTRAINT {0}_size;\nDROP INDEX CONCURRENTLY {0}_code;\n"
                  "COPY tally FROM stdin;\n{0} copied\n\\.\nINSERT INTO tally VALUES ('{0} done');",
                  table));
  if (number % 4 != 0) return;
  history.add_cpp(
      fmt::format("  op.execute(\"INSERT INTO tally VALUES ('{0} filling')\");\n"
                  "  op.backfill(\"{0}\", {{.set = \"size = size + 1\", .batch_size = 500}});\n"
                  "  op.execute(\"INSERT INTO tally VALUES ('{0} filled')\");",
                  table));
}

/// One revision or more of each way to run a statement. Every INSERT into tally leaves a row that a second one would
/// double. How many revisions there are.
inline int add_long_history(const Project& project) {
  LongHistory history(project);
  add_first_half(history);
  add_second_half(history);
  return history.count();
}

/// The same and more of it: sixty revisions.
inline int add_sixty_revisions(const Project& project) {
  LongHistory history(project);
  add_first_half(history);
  add_second_half(history);
  for (int number = 1; history.count() < 60; ++number) add_round(history, number);
  return history.count();
}

}  // namespace migrate::test
