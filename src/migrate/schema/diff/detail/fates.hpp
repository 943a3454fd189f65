#pragma once
#include <map>
#include <set>
#include <vector>

#include "migrate/schema/diff/change.hpp"

/// What becomes of every entity that the changes touch, or that stands in their way.
namespace migrate::schema::detail {

struct Fates {
  std::set<EntityId> gone{};     ///< of the old model: not there any more at some point, parts included
  std::set<EntityId> made{};     ///< of the new model: made anew, parts included
  std::set<EntityId> rebuilt{};  ///< types that columns with values have: made beside the old one, which goes last
  std::map<EntityId, Change> altered{};
  std::set<EntityId> released{};  ///< columns that lose their default for a while
  std::set<EntityId> by_text{};   ///< columns whose type is rebuilt under them: values go by way of their text
  std::set<EntityId> parked{};    ///< columns that are text while their range type is made again
  std::set<EntityId> disowned{};  ///< sequences that must outlive the column they belong to

  [[nodiscard]] bool is_remade(const EntityId& id) const { return gone.contains(id) && made.contains(id); }
};

/// Changes other than renames, widened to all dependents of what goes: PostgreSQL drops nothing that something stands
/// on, and the dependents are made again. `from` is as after the renames.
Fates fates(const Model& from, const Model& to, const std::vector<Change>& changes);

}  // namespace migrate::schema::detail
