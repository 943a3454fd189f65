#include "migrate/schema/diff/detail/graph.hpp"

#include <algorithm>
#include <set>

namespace migrate::schema::detail {
namespace {

using Kind = EntityKind;

/// What is made first; drops go the other way round.
int rank(EntityKind kind) {
  switch (kind) {
    case Kind::schema:
      return 0;
    case Kind::extension:
      return 1;
    case Kind::collation:
      return 2;
    case Kind::enum_type:
      return 3;
    case Kind::domain:
      return 4;
    case Kind::composite_type:
      return 4;
    case Kind::range_type:
      return 4;
    case Kind::foreign_data_wrapper:
      return 5;
    case Kind::foreign_server:
      return 6;
    case Kind::user_mapping:
      return 7;
    case Kind::function:
      return 8;
    case Kind::procedure:
      return 8;
    case Kind::sequence:
      return 9;
    case Kind::table:
      return 10;
    case Kind::foreign_table:
      return 11;
    case Kind::column:
      return 13;
    case Kind::aggregate:
      return 14;
    case Kind::index:
      return 15;
    case Kind::constraint:
      return 16;
    case Kind::view:
      return 18;
    case Kind::materialized_view:
      return 19;
    case Kind::statistics:
      return 20;
    case Kind::rule:
      return 21;
    case Kind::trigger:
      return 22;
    case Kind::policy:
      return 23;
    case Kind::publication:
      return 24;
    case Kind::default_privileges:
      return 25;
    case Kind::event_trigger:
      return 26;
    case Kind::unmanaged:
      return 27;
  }
  return 27;
}

}  // namespace

Statements& StepGraph::step(const StepId& id) {
  return steps_[id];
}

void StepGraph::before(const StepId& first, const StepId& then) {
  if (first == then || !has(first) || !has(then)) return;
  followers_[first].insert(then);
}

StepGraph::Key StepGraph::key(const StepId& id) const {
  const int order = rank(id.entity.kind);
  const auto position = positions_.find(id);
  const int place = position == positions_.end() ? 0 : position->second;
  const auto& statements = steps_.at(id);
  // What must be committed before others can use it goes first.
  const bool early = std::ranges::any_of(statements, &PlannedStatement::outside) && id.entity.kind == Kind::enum_type;
  if (postponed_.contains(id))
    return {id.stage == Stage::finish ? 4 : 3, order, id.entity.schema, id.entity.of, place, id};
  switch (id.stage) {
    case Stage::release:
      return {0, order, id.entity.schema, id.entity.of, place, id};
    case Stage::drop:
      return {1, 100 - order, id.entity.schema, id.entity.of, place, id};
    case Stage::make:
      return {early ? -1 : 2, order, id.entity.schema, id.entity.of, place, id};
    case Stage::finish:
      break;
  }
  // Ownership and the like right behind the tables.
  return {2, 12, id.entity.schema, id.entity.of, place, id};
}

Statements StepGraph::sorted() const {
  std::map<StepId, int> waits_for;
  for (const auto& [id, statements] : steps_) waits_for[id] = 0;
  for (const auto& [first, others] : followers_) {
    for (const auto& then : others) ++waits_for[then];
  }
  std::map<StepId, Key> keys;
  for (const auto& [id, statements] : steps_) keys.emplace(id, key(id));
  std::set<Key> ready;
  std::set<Key> waiting;
  for (const auto& [id, count] : waits_for) (count == 0 ? ready : waiting).insert(keys.at(id));
  Statements result;
  while (!ready.empty() || !waiting.empty()) {
    // Nothing ready: a cycle. It is cut at the step that would stand first.
    std::set<Key>& source = ready.empty() ? waiting : ready;
    const StepId id = std::get<StepId>(*source.begin());
    source.erase(source.begin());
    const auto& statements = steps_.at(id);
    result.insert(result.end(), statements.begin(), statements.end());
    const auto found = followers_.find(id);
    if (found == followers_.end()) continue;
    for (const auto& then : found->second) {
      if (--waits_for[then] == 0 && waiting.erase(keys.at(then)) > 0) ready.insert(keys.at(then));
    }
  }
  return result;
}

}  // namespace migrate::schema::detail
