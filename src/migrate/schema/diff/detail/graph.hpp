#pragma once
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "migrate/schema/diff/detail/words.hpp"

/// The order of steps: what must come first does, and what is free is sorted to be read.
namespace migrate::schema::detail {

/// `release`: what an entity that stays gives up so that others can go. `finish`: what needs others to be there.
enum class Stage { release, drop, make, finish };

struct StepId {
  EntityId entity{};
  Stage stage = Stage::make;
  auto operator<=>(const StepId&) const = default;
};

/// Steps of one stage and kind stand together unless an edge forbids it. Cycles are cut where the order wanted says.
class StepGraph {
 public:
  /// The statements of a step; the step is made when it is not there. A step may be empty: it still orders others.
  Statements& step(const StepId& id);
  [[nodiscard]] bool has(const StepId& id) const { return steps_.contains(id); }
  /// `first` runs before `then`; nothing when one of them does not exist, or they are the same.
  void before(const StepId& first, const StepId& then);
  /// Sorts a step before its like: position of columns.
  void place(const StepId& id, int position) { positions_[id] = position; }
  /// Runs after all that does not need it.
  void postpone(const StepId& id) { postponed_.insert(id); }
  [[nodiscard]] Statements sorted() const;

 private:
  using Key = std::tuple<int, int, std::string, std::string, int, StepId>;
  [[nodiscard]] Key key(const StepId& id) const;

  std::map<StepId, Statements> steps_;
  std::map<StepId, std::set<StepId>> followers_;
  std::map<StepId, int> positions_;
  std::set<StepId> postponed_;
};

}  // namespace migrate::schema::detail
