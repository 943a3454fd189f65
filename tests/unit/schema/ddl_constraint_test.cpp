#include <catch2/catch.hpp>

#include "rendering.hpp"

using namespace migrate::schema;
using namespace rendering;

TEST_CASE("constraints of every kind are added with their options", "[schema]") {
  check({
      {OP(create_primary_key("pk", "t", {"a", "B"})), "ALTER TABLE t ADD CONSTRAINT pk PRIMARY KEY (a, \"B\")"},
      {OP(create_primary_key(nullptr, "t", {"a"}, {true, "deferred", {"b"}, "", "app"})),
       "ALTER TABLE app.t ADD PRIMARY KEY (a) INCLUDE (b) DEFERRABLE INITIALLY DEFERRED"},
      {OP(create_primary_key("pk", "t", {}, {.using_index = "i"})),
       "ALTER TABLE t ADD CONSTRAINT pk PRIMARY KEY USING INDEX i"},
      {OP(create_unique_constraint("u", "t", {"a"}, {false, "IMMEDIATE", true, {"b"}, "", "app"})),
       "ALTER TABLE app.t ADD CONSTRAINT u UNIQUE NULLS NOT DISTINCT (a) INCLUDE (b) NOT DEFERRABLE INITIALLY "
       "IMMEDIATE"},
      {OP(create_unique_constraint("u", "t", {}, {.deferrable = true, .using_index = "i"})),
       "ALTER TABLE t ADD CONSTRAINT u UNIQUE USING INDEX i DEFERRABLE"},
      {OP(create_foreign_key("fk", "t", "u", {"a", "b"}, {"c", "d"},
                             {"NO ACTION", "SET NULL (a)", true, "deferred", "FULL", "s1", "s2", true})),
       "ALTER TABLE s1.t ADD CONSTRAINT fk FOREIGN KEY (a, b) REFERENCES s2.u (c, d) MATCH FULL ON UPDATE NO ACTION ON "
       "DELETE SET NULL (a) DEFERRABLE INITIALLY DEFERRED NOT VALID"},
      {OP(create_foreign_key(nullptr, "t", "u", {"a"}, {}, {.ondelete = "set default"})),
       "ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES u ON DELETE SET DEFAULT"},
      {OP(create_check_constraint("ck", "t", "a > 0", {true, true, "app"})),
       "ALTER TABLE app.t ADD CONSTRAINT ck CHECK (a > 0) NO INHERIT NOT VALID"},
      {OP(create_check_constraint("ck", "t", "a > 0 -- always")),
       "ALTER TABLE t ADD CONSTRAINT ck CHECK (a > 0 -- always\n)"},
      {OP(create_exclude_constraint("ex", "t",
                                    {exclude("room", "="), exclude(expression("tsrange(a, b)"), "&&", "range_ops")},
                                    {"NOT cancelled", "gist", true, "deferred", "app"})),
       "ALTER TABLE app.t ADD CONSTRAINT ex EXCLUDE USING gist (room WITH =, (tsrange(a, b)) range_ops WITH &&) WHERE "
       "(NOT cancelled) DEFERRABLE INITIALLY DEFERRED"},
      {OP(create_exclude_constraint(nullptr, "t", {exclude("Room", "OPERATOR(pg_catalog.=)")}, {.using_ = ""})),
       "ALTER TABLE t ADD EXCLUDE (\"Room\" WITH OPERATOR(pg_catalog.=))"},
      {OP(validate_constraint("fk", "t", {"app"})), "ALTER TABLE app.t VALIDATE CONSTRAINT fk"},
      {OP(rename_constraint("a", "t", "B", {"app"})), "ALTER TABLE app.t RENAME CONSTRAINT a TO \"B\""},
      {OP(drop_constraint("c", "t")), "ALTER TABLE t DROP CONSTRAINT c"},
      {OP(drop_constraint("c", "t", {"foreignkey", true, true, "app"})),
       "ALTER TABLE app.t DROP CONSTRAINT IF EXISTS c CASCADE"},
  });
}

TEST_CASE("unnamed constraints get the convention's name, named ones are left alone", "[schema]") {
  check(
      {
          {OP(create_primary_key(nullptr, "t", {"a"})), "ALTER TABLE t ADD CONSTRAINT pk_t PRIMARY KEY (a)"},
          {OP(create_unique_constraint("", "t", {"a", "b"})), "ALTER TABLE t ADD CONSTRAINT uq_t_a UNIQUE (a, b)"},
          {OP(create_foreign_key(nullptr, "t", "u", {"a"}, {"id"})),
           "ALTER TABLE t ADD CONSTRAINT fk_t_a_u FOREIGN KEY (a) REFERENCES u (id)"},
          {OP(create_check_constraint(nullptr, "t", "a > 0")), "ALTER TABLE t ADD CHECK (a > 0)"},
          {OP(create_check_constraint("positive", "t", "a > 0")),
           "ALTER TABLE t ADD CONSTRAINT ck_t_positive CHECK (a > 0)"},
          {OP(create_check_constraint(f("positive"), "t", "a > 0")),
           "ALTER TABLE t ADD CONSTRAINT positive CHECK (a > 0)"},
          {OP(create_unique_constraint("mine", "t", {"a"})), "ALTER TABLE t ADD CONSTRAINT mine UNIQUE (a)"},
          {OP(create_exclude_constraint(nullptr, "t", {exclude("a", "=")})),
           "ALTER TABLE t ADD EXCLUDE USING gist (a WITH =)"},
          {OP(drop_constraint(nullptr, "t", {.type_ = "primary"})), "ALTER TABLE t DROP CONSTRAINT pk_t"},
          {OP(drop_constraint("positive", "t", {.type_ = "check"})), "ALTER TABLE t DROP CONSTRAINT ck_t_positive"},
          {OP(drop_constraint(f("positive"), "t", {.type_ = "check"})), "ALTER TABLE t DROP CONSTRAINT positive"},
          {OP(drop_constraint("positive", "t")), "ALTER TABLE t DROP CONSTRAINT positive"},
      },
      usual_naming());
  CHECK_THAT(fault_of(OP(drop_constraint(nullptr, "t", {.type_ = "unique"})), usual_naming()),
             Catch::Contains("has no name\nGive its name"));
}

TEST_CASE("constraints that make no sense are refused", "[schema]") {
  check_faults({
      {OP(create_primary_key("pk", "t", {})), "create_primary_key \"pk\": the columns: at least one"},
      {OP(create_unique_constraint("u", "t", {""})), "one of the columns has no name"},
      {OP(create_unique_constraint("u", "t", {"a"}, {.initially = "later"})), "It can be DEFERRED, IMMEDIATE."},
      {OP(create_unique_constraint("u", "t", {"a"}, {.deferrable = false, .initially = "DEFERRED"})),
       "deferrable is false"},
      {OP(create_unique_constraint("u", "t", {}, {.include = {"b"}, .using_index = "i"})), "using_index and include"},
      {OP(create_unique_constraint("u", "t", {}, {.nulls_not_distinct = true, .using_index = "i"})),
       "how it takes NULL"},
      {OP(create_foreign_key("fk", "t", "u", {"a", "b"}, {"c"})), "2 columns refer to 1"},
      {OP(create_foreign_key("fk", "t", "", {"a"}, {"c"})), "the table referred to has no name"},
      {OP(create_foreign_key("fk", "t", "u", {"a"}, {"c"}, {.onupdate = "SET NUL"})),
       "create_foreign_key \"fk\": onupdate is \"SET NUL\", which PostgreSQL does not know there\nDid you mean SET "
       "NULL?"},
      {OP(create_foreign_key("fk", "t", "u", {"a"}, {"c"}, {.onupdate = "SET NULL (a)"})), "Only ondelete's"},
      {OP(create_foreign_key("fk", "t", "u", {"a"}, {"c"}, {.match = "PARTIAL"})), "It can be FULL, SIMPLE."},
      {OP(create_check_constraint("ck", "t", "")), "the condition is empty"},
      {OP(create_exclude_constraint("ex", "t", {})), "nothing is excluded"},
      {OP(create_exclude_constraint("ex", "t", {exclude("a", "")})), "an operator is empty"},
      {OP(drop_constraint(nullptr, "t")), "drop_constraint \"t\": the constraint of \"t\" has no name"},
      {OP(drop_constraint("c", "t", {.type_ = "forein key"})), "Did you mean FOREIGN KEY?"},
      {OP(validate_constraint("", "t")), "the constraint has no name"},
  });
}
