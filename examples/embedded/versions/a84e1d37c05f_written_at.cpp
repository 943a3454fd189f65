// when an entry was written
//
// revision: a84e1d37c05f
// down_revision: 5d0c6f2b91aa
// created: 2026-11-21 10:30:00+00:00

#include <migrate/op.hpp>

using namespace migrate;

void upgrade(Operations& op) {
  op.add_column("entries", column("written_at", DateTime{.timezone = true}, not_null, server_default("now()")));
  op.create_index("ix_entries_written_at", "entries", {"written_at"});
}

void downgrade(Operations& op) {
  op.drop_index("ix_entries_written_at", "entries");
  op.drop_column("entries", "written_at");
}
