#include "migrate/schema/diff/detail/fates.hpp"

#include <algorithm>
#include <deque>

#include "migrate/schema/diff/detail/rewrite.hpp"
#include "migrate/schema/diff/detail/rules.hpp"
#include "migrate/sql/quote.hpp"

namespace migrate::schema::detail {
namespace {

using Kind = EntityKind;
using Ids = std::vector<EntityId>;

constexpr Kind k_part_kinds[] = {Kind::column, Kind::constraint, Kind::index, Kind::trigger, Kind::rule, Kind::policy};

/// Kinds that PostgreSQL does not carry over by itself when a column they use gets another type.
bool blocks_retyping(EntityKind kind) {
  return kind == Kind::view || kind == Kind::materialized_view || kind == Kind::rule || kind == Kind::trigger ||
         kind == Kind::policy || is_routine(kind) || kind == Kind::publication;
}

class Widening {
 public:
  Widening(const Model& from, const Model& to) : from_(from), to_(to) {
    for (const auto& [id, entity] : from.entities()) {
      for (const auto& need : entity.needs) dependents_[need].push_back(id);
      if (entity.list("owned_by").size() == 3) {
        const auto& owner = entity.list("owned_by");
        owned_[{Kind::column, owner[0], owner[1], owner[2], {}}].push_back(id);
      }
    }
  }

  Fates run(const std::vector<Change>& changes) {
    for (const auto& change : changes) take(change);
    rebuild_composites();
    while (!queue_.empty()) {
      const EntityId id = queue_.front();
      queue_.pop_front();
      visit(id);
    }
    publish_again();
    for (const auto& id : fates_.gone) fates_.altered.erase(id);
    for (const auto& id : fates_.made) fates_.altered.erase(id);
    for (const auto& id : fates_.rebuilt) fates_.altered.erase(id);
    return std::move(fates_);
  }

 private:
  void take(const Change& change) {
    switch (change.kind) {
      case ChangeKind::create:
        make(change.to);
        break;
      case ChangeKind::drop:
        lose(change.from);
        break;
      case ChangeKind::replace:
        if (is_type(change.to.kind)) {
          replace_type(change.to);
        } else {
          remake(change.to);
        }
        break;
      case ChangeKind::alter: {
        fates_.altered[change.to] = change;
        const bool retyped = change.attribute("type") != nullptr || change.attribute("collation") != nullptr;
        if (change.to.kind == Kind::column && retyped) queue_.push_back(change.to);
        break;
      }
      case ChangeKind::rename:
        break;
    }
  }

  void parts(const Model& model, const EntityId& whole, std::set<EntityId>& into) {
    if (is_part(whole.kind) || is_routine(whole.kind)) return;
    for (const Kind kind : k_part_kinds) {
      for (const Entity* part : model.parts(whole, kind)) {
        const Entity* owner = whole_of(model, part->id);
        if (owner == nullptr || owner->id != whole) continue;
        if (into.insert(part->id).second && &into == &fates_.gone) queue_.push_back(part->id);
      }
    }
  }

  void make(const EntityId& id) {
    fates_.made.insert(id);
    parts(to_, id, fates_.made);
  }
  void lose(const EntityId& id) {
    if (!fates_.gone.insert(id).second) return;
    queue_.push_back(id);
    parts(from_, id, fates_.gone);
  }
  void remake(const EntityId& id) {
    if (to_.find(id) == nullptr || fates_.gone.contains(id)) return;
    lose(id);
    make(id);
  }

  /// Whether a column of a table that stays holds values of the type, itself or inside another type.
  bool holds_values(const EntityId& type) {
    std::set<EntityId> seen;
    Ids open{type};
    while (!open.empty()) {
      const EntityId id = open.back();
      open.pop_back();
      if (!seen.insert(id).second) continue;
      for (const auto& dependent : dependents_[id]) {
        const Entity* whole = whole_of(from_, dependent);
        const bool column = dependent.kind == Kind::column && whole != nullptr;
        if (column && whole->id.kind == Kind::table && to_.find(dependent) != nullptr) return true;
        if (column && whole->id.kind == Kind::composite_type) open.push_back(whole->id);
        if (is_type(dependent.kind)) open.push_back(dependent);
      }
    }
    return false;
  }

  void replace_type(const EntityId& type) {
    if (to_.find(type) == nullptr || fates_.rebuilt.contains(type)) return;
    // The functions of a range type have its name and cannot step aside with it.
    if (type.kind == Kind::range_type || !holds_values(type)) return remake(type);
    fates_.rebuilt.insert(type);
    parts(from_, type, fates_.gone);
    parts(to_, type, fates_.made);
    queue_.push_back(type);
  }

  /// Whether anything but its own attributes needs the type, before or afterwards.
  bool is_used(const EntityId& type) {
    const auto is_own = [&](const EntityId& id) {
      return id.kind == Kind::column && id.schema == type.schema && id.of == type.name;
    };
    if (!std::ranges::all_of(dependents_[type], is_own)) return true;
    return std::ranges::any_of(to_.entities(), [&](const auto& item) {
      return !is_own(item.first) && std::ranges::find(item.second.needs, type) != item.second.needs.end();
    });
  }

  /// An attribute's type cannot be altered while a table has columns of the composite.
  void rebuild_composites() {
    Ids types;
    for (const auto& [id, change] : fates_.altered) {
      const Entity* whole = whole_of(from_, id);
      const bool attribute = id.kind == Kind::column && whole != nullptr && whole->id.kind == Kind::composite_type;
      const bool retyped = change.attribute("type") != nullptr || change.attribute("collation") != nullptr;
      if (attribute && retyped && is_used(whole->id)) types.push_back(whole->id);
    }
    for (const auto& type : types) replace_type(type);
  }

  void visit(const EntityId& id) {
    const bool retyped = id.kind == Kind::column && !fates_.gone.contains(id);
    for (const auto& dependent : dependents_[id]) {
      if (fates_.gone.contains(dependent) || fates_.rebuilt.contains(dependent)) continue;
      const Entity& entity = *from_.find(dependent);
      const bool stored_column = dependent.kind == Kind::column && entity.has("generated");
      if (retyped && !blocks_retyping(dependent.kind) && !stored_column) continue;
      disturb(entity, id);
    }
    if (fates_.gone.contains(id)) keep_sequences(id);
    if (fates_.gone.contains(id)) keep_replica_identity(id);
  }

  /// `entity` stays, but something it stands on does not.
  void disturb(const Entity& entity, const EntityId& lost) {
    const EntityId& id = entity.id;
    if (to_.find(id) == nullptr) return;
    switch (id.kind) {
      case Kind::column:
        disturb_column(entity, lost);
        break;
      case Kind::table:
        reattach(entity, lost);
        break;
      case Kind::enum_type:
      case Kind::domain:
      case Kind::composite_type:
      case Kind::range_type:
        replace_type(id);
        break;
      case Kind::schema:
      case Kind::extension:
      case Kind::sequence:
      case Kind::foreign_table:
        break;
      case Kind::publication:
        if (lost.kind != Kind::table) remake(id);
        break;
      default:
        remake(id);
        break;
    }
  }

  void disturb_column(const Entity& column, const EntityId& lost) {
    const Entity* whole = whole_of(from_, column.id);
    if (whole == nullptr) return;
    if (whole->id.kind == Kind::composite_type) return replace_type(whole->id);
    if (whole->id.kind != Kind::table) return;
    if (is_type(lost.kind)) {
      const bool range = lost.kind == Kind::range_type && fates_.is_remade(lost);
      if (range) fates_.parked.insert(column.id);
      if (!range && !fates_.rebuilt.contains(lost)) return;
      add_difference(column.id, {"type", {column.fact("type")}, {to_.find(column.id)->fact("type")}});
      fates_.by_text.insert(column.id);
      queue_.push_back(column.id);
      return;
    }
    if (column.has("generated")) return remake(column.id);
    if (column.has("default")) {
      fates_.released.insert(column.id);
      add_difference(column.id, {"default", {column.fact("default")}, {to_.find(column.id)->fact("default")}});
    }
  }

  /// The parent is made again: the child is taken off and put on.
  void reattach(const Entity& table, const EntityId& lost) {
    const Entity& wanted = *to_.find(table.id);
    if (lost.kind == Kind::table && table.has("partition_of") &&
        table.fact("partition_of") == sql::quote_qualified(lost.schema, lost.name)) {
      add_difference(table.id, {"partition_of", {table.fact("partition_of")}, {wanted.fact("partition_of")}});
    } else if (lost.kind == Kind::table && !table.list("inherits").empty()) {
      add_difference(table.id, {"inherits", table.list("inherits"), wanted.list("inherits")});
    } else if (is_type(lost.kind) && table.has("of_type")) {
      add_difference(table.id, {"of_type", {table.fact("of_type")}, {wanted.fact("of_type")}});
    }
  }

  void keep_sequences(const EntityId& column) {
    if (column.kind != Kind::column) return;
    for (const auto& sequence : owned_[column]) {
      const Entity* wanted = to_.find(sequence);
      if (wanted == nullptr || fates_.gone.contains(sequence)) continue;
      fates_.disowned.insert(sequence);
      add_difference(sequence, {"owned_by", from_.find(sequence)->list("owned_by"), wanted->list("owned_by")});
    }
  }

  void keep_replica_identity(const EntityId& index) {
    if (index.kind != Kind::index && index.kind != Kind::constraint) return;
    const EntityId table{Kind::table, index.schema, {}, index.of, {}};
    const Entity* wanted = to_.find(table);
    if (wanted == nullptr || wanted->fact("replica_identity_index") != index.name || fates_.gone.contains(table))
      return;
    add_difference(table, {"replica_identity", {}, {wanted->fact("replica_identity")}});
  }

  /// A table that is made again has left its publications.
  void publish_again() {
    for (const auto& [id, entity] : from_.entities()) {
      if (id.kind != Kind::publication || to_.find(id) == nullptr) continue;
      const bool lost = std::ranges::any_of(entity.list("tables"), [&](const std::string& table) {
        const auto parts = name_parts(table.substr(0, table.find(" (")));
        return parts.size() >= 2 && fates_.is_remade({Kind::table, parts[0], {}, parts[1], {}});
      });
      if (lost) add_difference(id, {"tables", entity.list("tables"), to_.find(id)->list("tables")});
    }
  }

  void add_difference(const EntityId& id, AttributeChange difference) {
    auto& change = fates_.altered.try_emplace(id, Change{ChangeKind::alter, id, id, {}}).first->second;
    if (change.attribute(difference.name) == nullptr) change.attributes.push_back(std::move(difference));
  }

  const Model& from_;
  const Model& to_;
  std::map<EntityId, Ids> dependents_, owned_;
  std::deque<EntityId> queue_;
  Fates fates_;
};

}  // namespace

Fates fates(const Model& from, const Model& to, const std::vector<Change>& changes) {
  return Widening(from, to).run(changes);
}

}  // namespace migrate::schema::detail
