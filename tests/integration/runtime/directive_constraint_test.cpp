#include <catch2/catch.hpp>

#include "directive.hpp"

using namespace migrate;
using migrate::test::check_directive;

namespace {

constexpr const char* k_tables =
    "CREATE TABLE rooms (id bigint NOT NULL, name text, floor int);"
    "CREATE TABLE bookings (id bigint NOT NULL, room_id bigint, during tsrange, note text);"
    "CREATE UNIQUE INDEX rooms_key ON rooms (id);";

constexpr const char* k_constraints =
    "SELECT string_agg(conname || ' ' || pg_get_constraintdef(oid), E'\\n' ORDER BY conname) FROM pg_constraint"
    " WHERE conrelid IN ('rooms'::regclass, 'bookings'::regclass)";

constexpr const char* k_indexes =
    "SELECT string_agg(pg_get_indexdef(indexrelid), E'\\n' ORDER BY indexrelid::regclass::text) FROM pg_index"
    " WHERE indrelid IN ('rooms'::regclass, 'bookings'::regclass) AND indexrelid <> 'rooms_key'::regclass";

}  // namespace

TEST_CASE("op.create_index makes an index and drop_index takes it away", "[directive]") {
  check_directive({
      .setup = k_tables,
      .up =
          [](Operations& op) {
            op.create_index("ix_name", "rooms", {"name"});
            op.create_index("ix_name", "rooms", {"name"}, {.if_not_exists = true});
            op.create_index("ix_unique", "rooms", {desc("floor").nulls_last(), expression("lower(name)")},
                            {.unique = true,
                             .where = "floor > 0",
                             .include = {"id"},
                             .with = {{"fillfactor", "70"}},
                             .nulls_not_distinct = true});
            op.create_index("ix_during", "bookings", {"during"}, {.using_ = "gist"});
            op.create_index("Ix ops", "rooms", {IndexElement("name").collate("C")},
                            {.ops = {{"name", "text_pattern_ops"}}});
          },
      .down =
          [](Operations& op) {
            op.drop_index("Ix ops", "rooms");
            op.drop_index("ix_during", {.if_exists = true});
            op.drop_index("ix_unique");
            op.drop_index("ix_name", "rooms");
          },
      .probe = k_indexes,
      .expected = "CREATE INDEX \"Ix ops\" ON public.rooms USING btree (name COLLATE \"C\" text_pattern_ops)\n"
                  "CREATE INDEX ix_during ON public.bookings USING gist (during)\n"
                  "CREATE INDEX ix_name ON public.rooms USING btree (name)\n"
                  "CREATE UNIQUE INDEX ix_unique ON public.rooms USING btree (floor DESC NULLS LAST, lower(name))"
                  " INCLUDE (id) NULLS NOT DISTINCT WITH (fillfactor='70') WHERE (floor > 0)",
  });
}

TEST_CASE("op.create_index concurrently works in an autocommit block", "[directive]") {
  check_directive({
      .setup = k_tables,
      .up =
          [](Operations& op) {
            op.add_column("rooms", column("size", Integer{}));
            {
              const auto block = op.autocommit_block();
              op.create_index("ix_size", "rooms", {"size"}, {.concurrently = true});
            }
            op.create_table_comment("rooms", "with sizes");
          },
      .down =
          [](Operations& op) {
            {
              const auto block = op.autocommit_block();
              op.drop_index("ix_size", "rooms", {.if_exists = true, .concurrently = true});
            }
            op.drop_table_comment("rooms");
            op.drop_column("rooms", "size");
          },
      .probe = k_indexes,
      .expected = "CREATE INDEX ix_size ON public.rooms USING btree (size)",
  });
}

TEST_CASE("op.rename_index gives an index another name", "[directive]") {
  check_directive({
      .setup = k_tables,
      .up = [](Operations& op) { op.rename_index("rooms_key", "Rooms key"); },
      .down = [](Operations& op) { op.rename_index("Rooms key", "rooms_key"); },
      .probe = "SELECT relname FROM pg_class WHERE relkind = 'i' AND relnamespace = 'public'::regnamespace AND relname "
               "~* '^rooms'",
      .expected = "Rooms key",
      .before = "rooms_key",
  });
}

TEST_CASE("op.create_primary_key makes a primary key", "[directive]") {
  check_directive({
      .setup = "CREATE TABLE rooms (id bigint NOT NULL); CREATE TABLE bookings (id int NOT NULL, b int NOT NULL)",
      .up =
          [](Operations& op) {
            op.create_primary_key("pk_rooms", "rooms", {"id"});
            op.create_primary_key(nullptr, "bookings", {"id", "b"}, {.deferrable = true, .initially = "deferred"});
          },
      .down =
          [](Operations& op) {
            op.drop_constraint("pk_rooms", "rooms", {.type_ = "primary"});
            op.drop_constraint("bookings_pkey", "bookings");
          },
      .probe = k_constraints,
      .expected = "bookings_pkey PRIMARY KEY (id, b) DEFERRABLE INITIALLY DEFERRED\npk_rooms PRIMARY KEY (id)",
  });
}

TEST_CASE("op.create_unique_constraint makes a unique constraint", "[directive]") {
  check_directive({
      .setup = k_tables,
      .up =
          [](Operations& op) {
            op.create_unique_constraint("uq_name", "rooms", {"name", "floor"},
                                        {.nulls_not_distinct = true, .include = {"id"}});
            op.create_unique_constraint("uq_note", "bookings", {"note"}, {.deferrable = true});
          },
      .down =
          [](Operations& op) {
            op.drop_constraint("uq_note", "bookings", {.if_exists = true});
            op.drop_constraint("uq_name", "rooms", {.type_ = "unique", .cascade = true});
          },
      .probe = k_constraints,
      .expected = "uq_name UNIQUE NULLS NOT DISTINCT (name, floor) INCLUDE (id)\nuq_note UNIQUE (note) DEFERRABLE",
  });
}

TEST_CASE("op.create_foreign_key makes a foreign key with its actions", "[directive]") {
  check_directive({
      .setup = k_tables,
      .up =
          [](Operations& op) {
            op.create_foreign_key("fk_room", "bookings", "rooms", {"room_id"}, {"id"},
                                  {.onupdate = "cascade",
                                   .ondelete = "SET NULL",
                                   .deferrable = true,
                                   .initially = "DEFERRED",
                                   .match = "FULL",
                                   .source_schema = "public",
                                   .referent_schema = "public"});
          },
      .down = [](Operations& op) { op.drop_constraint("fk_room", "bookings", {.type_ = "foreignkey"}); },
      .probe = k_constraints,
      .expected = "fk_room FOREIGN KEY (room_id) REFERENCES rooms(id) MATCH FULL ON UPDATE CASCADE ON DELETE SET NULL"
                  " DEFERRABLE INITIALLY DEFERRED",
  });
}

TEST_CASE("op.validate_constraint checks what NOT VALID let through", "[directive]") {
  check_directive({
      .setup = k_tables,
      .up =
          [](Operations& op) {
            op.create_foreign_key("fk_room", "bookings", "rooms", {"room_id"}, {"id"}, {.not_valid = true});
            op.create_check_constraint("ck_floor", "rooms", "floor < 100", {.not_valid = true, .no_inherit = true});
            op.validate_constraint("fk_room", "bookings");
          },
      .down =
          [](Operations& op) {
            op.drop_constraint("ck_floor", "rooms");
            op.drop_constraint("fk_room", "bookings");
          },
      .probe = k_constraints,
      .expected = "ck_floor CHECK ((floor < 100)) NO INHERIT NOT VALID\n"
                  "fk_room FOREIGN KEY (room_id) REFERENCES rooms(id)",
  });
}

TEST_CASE("op.create_exclude_constraint keeps rows from overlapping", "[directive]") {
  check_directive({
      .setup = k_tables,
      .up =
          [](Operations& op) {
            op.create_exclude_constraint("ex_during", "bookings", {exclude("during", "&&")},
                                         {.where = "note IS NULL", .deferrable = true});
          },
      .down = [](Operations& op) { op.drop_constraint("ex_during", "bookings"); },
      .probe = k_constraints,
      .expected = "ex_during EXCLUDE USING gist (during WITH &&) WHERE ((note IS NULL)) DEFERRABLE",
  });
}

TEST_CASE("op.rename_constraint gives a constraint another name", "[directive]") {
  check_directive({
      .setup = "CREATE TABLE rooms (id int CONSTRAINT a CHECK (id > 0)); CREATE TABLE bookings (id int)",
      .up = [](Operations& op) { op.rename_constraint("a", "rooms", "select"); },
      .down = [](Operations& op) { op.rename_constraint("select", "rooms", "a"); },
      .probe = k_constraints,
      .expected = "select CHECK ((id > 0))",
      .before = "a CHECK ((id > 0))",
  });
}
