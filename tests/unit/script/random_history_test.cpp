// Random histories with merges, several bases, labels and dependencies, moved about at random. The applied set is kept
// apart from the code under test; after every step the version rows must be its maximal elements.
#include <algorithm>
#include <catch2/catch.hpp>
#include <random>
#include <set>

#include "history_text.hpp"
#include "migrate/script/plan.hpp"

namespace {

using namespace migrate;
using script::Index;

class RandomHistory {
 public:
  explicit RandomHistory(unsigned seed) : random_(seed) {}

  std::size_t below(std::size_t limit) { return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random_); }

  std::vector<script::Revision> revisions() {
    const std::size_t count = 1 + below(40);
    std::vector<script::Revision> made(count);
    for (std::size_t i = 0; i < count; ++i) {
      made[i].id = "r" + std::to_string(1000 + i);
      if (i == 0) continue;
      const std::size_t parents = std::vector<std::size_t>{0, 1, 1, 1, 1, 1, 1, 2, 2, 3}[below(10)];
      for (std::size_t n = 0; n < parents; ++n) add(made[i].down_revisions, made[near(i)].id);
      while (below(4) == 0) add(made[i].depends_on, made[below(i)].id);
      if (below(8) == 0) made[i].branch_labels = {"label" + std::to_string(i)};
    }
    if (below(2) == 0) std::ranges::shuffle(made, random_);
    return made;
  }

  std::string target(const script::RevisionGraph& graph, bool up) {
    const auto id = graph[below(graph.size())].id;
    switch (below(6)) {
      case 0:
        return up ? "heads" : "base";
      case 1:
        return (up ? "+" : "-") + std::to_string(1 + below(3));
      case 2:
        return id + (up ? "@head" : "@base");
      case 3:
        return id + (up ? "@+1" : "@-1");
      default:
        return id;
    }
  }

 private:
  /// Mostly a recent one, so that lines form.
  std::size_t near(std::size_t i) { return i - 1 - below(std::min<std::size_t>(i, 6)); }

  static void add(std::vector<std::string>& names, const std::string& name) {
    if (std::ranges::find(names, name) == names.end()) names.push_back(name);
  }

  std::mt19937 random_;
};

/// What is applied, by the plain rules: written independently of VersionRows, straight from parents and dependencies.
class Applied {
 public:
  explicit Applied(const script::RevisionGraph& graph) : graph_(graph) {}

  std::set<Index> needs(Index i) const {
    std::set<Index> all(graph_.parents(i).begin(), graph_.parents(i).end());
    all.insert(graph_.dependencies(i).begin(), graph_.dependencies(i).end());
    return all;
  }

  void run(const script::Step& step) {
    const Index revision = graph_.find(step.revision).value();
    if (step.direction == script::Direction::upgrade) {
      REQUIRE_FALSE(set_.contains(revision));
      for (const Index needed : needs(revision)) REQUIRE(set_.contains(needed));
      set_.insert(revision);
    } else {
      REQUIRE(set_.contains(revision));
      for (const Index other : set_) REQUIRE_FALSE(needs(other).contains(revision));
      set_.erase(revision);
    }
  }

  std::vector<std::string> maximal() const {
    std::set<Index> below;
    for (const Index i : set_) {
      const auto needed = needs(i);
      below.insert(needed.begin(), needed.end());
    }
    std::vector<std::string> rows;
    for (const Index i : set_) {
      if (!below.contains(i)) rows.push_back(graph_[i].id);
    }
    std::ranges::sort(rows);
    return rows;
  }

  void set_to(const std::vector<std::string>& rows) {
    std::vector<Index> todo;
    for (const auto& row : rows) todo.push_back(graph_.find(row).value());
    set_.clear();
    while (!todo.empty()) {
      const Index i = todo.back();
      todo.pop_back();
      if (!set_.insert(i).second) continue;
      for (const Index needed : needs(i)) todo.push_back(needed);
    }
  }

  bool operator==(const Applied& other) const { return set_ == other.set_; }

 private:
  const script::RevisionGraph& graph_;
  std::set<Index> set_;
};

/// The table, changed by nothing but the row changes of the steps: each must find what it names.
void change_rows(std::set<std::string>& table, const script::Step& step) {
  for (const auto& change : step.rows) {
    REQUIRE((!change.from.empty() || !change.to.empty()));
    if (!change.from.empty()) REQUIRE(table.erase(change.from) == 1);
    if (!change.to.empty()) REQUIRE(table.insert(change.to).second);
  }
  REQUIRE(std::vector<std::string>(table.begin(), table.end()) == step.rows_after);
}

struct Database {
  explicit Database(const script::RevisionGraph& graph) : applied(graph) {}

  std::vector<std::string> rows() const { return {table.begin(), table.end()}; }

  void run(const std::vector<script::Step>& steps) {
    for (const auto& step : steps) {
      change_rows(table, step);
      if (step.stamp) continue;
      applied.run(step);
      REQUIRE(applied.maximal() == step.rows_after);
    }
    if (!steps.empty() && steps.back().stamp) {
      applied.set_to(rows());
      REQUIRE(applied.maximal() == rows());
    }
  }

  Applied applied;
  std::set<std::string> table;
};

/// A refusal is a fine answer to a random target; it must only be one of ours.
template <typename Plan>
std::vector<script::Step> plan_or_nothing(Plan plan) {
  try {
    return plan();
  } catch (const script::ResolutionError&) {
    return {};
  }
}

void move_at_random(RandomHistory& random, const script::RevisionGraph& graph, Database& database) {
  const auto rows = database.rows();
  const auto kind = random.below(5);
  const auto target = random.target(graph, kind < 3);
  INFO("from " << rows.size() << " rows to " << target);
  const std::vector<std::string> targets = {target};
  database.run(plan_or_nothing([&] {
    if (kind == 2) return script::plan_stamp(graph, rows, targets, random.below(4) == 0);
    return kind < 2 ? script::plan_upgrade(graph, rows, target) : script::plan_downgrade(graph, rows, target);
  }));
}

bool same(const std::vector<script::Step>& a, const std::vector<script::Step>& b) {
  return std::ranges::equal(a, b, [](const script::Step& x, const script::Step& y) {
    return x.revision == y.revision && x.rows == y.rows && x.from == y.from && x.to == y.to;
  });
}

}  // namespace

TEST_CASE("version rows are the maximal applied revisions after every step of random moves", "[script][random]") {
  for (unsigned seed = 1; seed <= 2500; ++seed) {
    INFO("seed " << seed);
    RandomHistory random(seed);
    const script::RevisionGraph graph(random.revisions());
    Database database(graph);
    for (int move = 0; move < 6; ++move) move_at_random(random, graph, database);
  }
}

TEST_CASE("all the way up and all the way down ends empty, and up again is the same", "[script][random]") {
  for (unsigned seed = 5001; seed <= 5500; ++seed) {
    INFO("seed " << seed);
    RandomHistory random(seed);
    const script::RevisionGraph graph(random.revisions());
    Database database(graph);
    const auto up = script::plan_upgrade(graph, {}, "heads");
    CHECK(up.size() == graph.size());
    database.run(up);
    const auto top = database.rows();
    const auto down = script::plan_downgrade(graph, top, "base");
    CHECK(down.size() == graph.size());
    database.run(down);
    CHECK(database.rows().empty());
    CHECK(same(up, script::plan_upgrade(graph, {}, "heads")));
    CHECK(same(down, script::plan_downgrade(graph, top, "base")));
    database.run(up);
    CHECK(database.rows() == top);
  }
}

TEST_CASE("down to an applied revision and up again returns to the same state", "[script][random]") {
  for (unsigned seed = 9001; seed <= 9500; ++seed) {
    INFO("seed " << seed);
    RandomHistory random(seed);
    const script::RevisionGraph graph(random.revisions());
    Database database(graph);
    database.run(script::plan_upgrade(graph, {}, "heads"));
    const auto before = database;
    const auto target = graph[random.below(graph.size())].id;
    database.run(plan_or_nothing([&] { return script::plan_downgrade(graph, database.rows(), target); }));
    database.run(script::plan_upgrade(graph, database.rows(), "heads"));
    CHECK(database.applied == before.applied);
    CHECK(database.table == before.table);
  }
}
