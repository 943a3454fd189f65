#include <catch2/catch.hpp>

#include "migrate/runtime/blockers.hpp"

using namespace std::chrono_literals;
using migrate::runtime::Blocker;
using migrate::runtime::describe;

namespace {

Blocker reader() {
  Blocker session;
  session.pid = 4242;
  session.application = "psql";
  session.user = "alice";
  session.state = "idle in transaction";
  session.query = "SELECT count(*) FROM t";
  session.state_age = 31s;
  session.transaction_age = 31'400ms;
  return session;
}

}  // namespace

TEST_CASE("a session is described in one line", "[runtime][blockers]") {
  CHECK(describe(reader()) == "pid 4242 (psql, alice, idle in transaction for 31 s): SELECT count(*) FROM t");
  auto old = reader();
  old.host = "10.0.0.7";
  old.transaction_age = 5min;
  CHECK(describe(old) ==
        "pid 4242 (psql on 10.0.0.7, alice, idle in transaction for 31 s, transaction open for 5 min): "
        "SELECT count(*) FROM t");
  auto waiting = reader();
  waiting.state = "active";
  waiting.waiting = 620ms;
  waiting.transaction_age = 700ms;
  waiting.application.clear();
  CHECK(describe(waiting) == "pid 4242 (alice, waiting for 620 ms): SELECT count(*) FROM t");
}

TEST_CASE("a session that may not be looked at is named as far as it can be", "[runtime][blockers]") {
  Blocker hidden;
  hidden.pid = 7;
  hidden.visible = false;
  CHECK(describe(hidden) == "pid 7: query not visible");
  hidden.application = "shop";
  hidden.user = "bob";
  hidden.waiting = 2s;
  CHECK(describe(hidden) == "pid 7 (shop, bob, waiting for 2 s): query not visible");
}

TEST_CASE("an autovacuum says whether it can be got out of the way", "[runtime][blockers]") {
  Blocker vacuum;
  vacuum.pid = 9;
  vacuum.autovacuum = true;
  vacuum.state = "active";
  vacuum.state_age = vacuum.transaction_age = 3h;
  vacuum.query = "autovacuum: VACUUM public.t";
  CHECK(describe(vacuum) == "pid 9 (autovacuum, active for 3 h): autovacuum: VACUUM public.t");
  vacuum.wraparound = true;
  vacuum.query = "autovacuum: VACUUM public.t (to prevent wraparound)";
  CHECK_THAT(describe(vacuum), Catch::EndsWith("(to prevent wraparound); PostgreSQL does not cancel this one for "
                                               "others: wait until it is done"));
}

TEST_CASE("a prepared transaction has no pid but a way out", "[runtime][blockers]") {
  Blocker prepared;
  prepared.application = "order-7";
  prepared.user = "alice";
  prepared.state = "prepared";
  prepared.transaction_age = 72h;
  CHECK(describe(prepared) ==
        "the prepared transaction 'order-7' (alice, prepared 3 days ago): it holds its locks until COMMIT PREPARED or "
        "ROLLBACK PREPARED");
}

TEST_CASE("many blockers are cut short", "[runtime][blockers]") {
  Blocker session;
  session.visible = false;
  std::vector<Blocker> blockers;
  CHECK(describe(blockers).empty());
  for (session.pid = 1; session.pid <= 5; ++session.pid) blockers.push_back(session);
  CHECK(describe(blockers, 2) == "pid 1: query not visible; pid 2: query not visible; and 3 more");
  CHECK(
      describe(blockers, 5) ==
      "pid 1: query not visible; pid 2: query not visible; pid 3: query not visible; pid 4: query not visible; pid 5: "
      "query not visible");
}
