// A bundle of revisions in C++: compiled where it is made, run where there is no compiler.
#include "bundled.hpp"

using namespace migrate::test;

namespace {

constexpr const char* k_revision = R"(// add owner
//
// revision: cccc
// down_revision: bbbb

#include <migrate/op.hpp>

using namespace migrate;

void upgrade(Operations& op) {
  op.add_column("accounts", column("owner", String{40}, not_null, server_default("'nobody'")));
  op.create_index("ix_accounts_owner", "accounts", {"owner"});
}

void downgrade(Operations& op) {
  op.drop_index("ix_accounts_owner", "accounts");
  op.drop_column("accounts", "owner");
}
)";

std::string owner_column(Bundled& bundle) {
  return bundle.project.database().query(
      "SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 'accounts'::regclass"
      " AND attname = 'owner'");
}

}  // namespace

TEST_CASE("a bundle runs C++ revisions without a compiler, a cache or their files", "[cli][bundle][cpp]") {
  Bundled bundle;
  bundle.project.add_revision("cccc_owner.cpp", k_revision);
  const auto made = bundle.make({"--json"});
  expect_done(made);
  CHECK(made.out.find("\"cpp\": 1") != std::string::npos);
  CHECK(made.out.find("\"libstdc++.so.6\"") != std::string::npos);
  fs::rename(bundle.project.path() / "versions", bundle.project.path() / "gone");

  const Environment bare{{"PATH", "/nonexistent"},
                         {"CXX", "/nonexistent/c++"},
                         {"HOME", "/nonexistent"},
                         {"XDG_CACHE_HOME", (bundle.empty.path() / "cache").string()},
                         {"DATABASE_URL", bundle.project.database().uri()}};
  expect_done(bundle.run({"upgrade", "head"}, bare));
  CHECK(version_rows(bundle.project.database()) == "cccc");
  CHECK(owner_column(bundle) == "character varying(40)");
  CHECK(bundle.run({"current"}, bare).out == "cccc (head)\n");
  CHECK(bundle.run({"history"}, bare).out.find("bbbb -> cccc (head), add owner\n") == 0);
  expect_done(bundle.run({"downgrade", "-1"}, bare));
  CHECK(owner_column(bundle).empty());
  expect_done(bundle.run({"downgrade", "base"}, bare));
  CHECK(version_rows(bundle.project.database()).empty());
  CHECK(fs::is_empty(bundle.empty.path()));

  const auto script = bundle.run({"upgrade", "bbbb:head", "--sql"}, bare);
  expect_done(script);
  CHECK(script.out.find("ALTER TABLE accounts ADD COLUMN owner") != std::string::npos);
  CHECK(bundle.run({"--version"}).out.find("3 revisions (1 in C++), head cccc") != std::string::npos);

  change(bundle.file(), "ix_accounts_owner", "ix_accounts_0wner");  // the compiled code stands behind the text
  expect_refused(bundle.run({"upgrade", "head"}, bare), 2, {"module/cccc", "damaged"});
  CHECK(version_rows(bundle.project.database()).empty());
}

TEST_CASE("a bundle of a revision that does not compile is not made", "[cli][bundle][cpp]") {
  Bundled bundle;
  bundle.project.add_revision("cccc_owner.cpp", std::string(k_revision) + "\nint broken = nonsense;\n");
  expect_refused(bundle.make(), 2, {"versions/cccc_owner.cpp:20", "nonsense"});
  CHECK(fs::is_empty(bundle.elsewhere.path()));
}
