#include <algorithm>

#include "migrate/schema/diff/detail/rewrite.hpp"
#include "migrate/schema/diff/detail/rules.hpp"
#include "migrate/schema/diff/detail/steps.hpp"
#include "migrate/sql/quote.hpp"

namespace migrate::schema::detail {
namespace {

using Kind = EntityKind;

class Order {
 public:
  Order(const Scene& scene, StepGraph& graph) : scene_(scene), graph_(graph) {}

  void add() {
    for (const auto& [id, entity] : scene_.from.entities()) {
      if (!touches_old(id)) continue;
      for (const auto& need : entity.needs) leave(entity, need);
      for (const auto& need : structure(scene_.from, entity)) leave(entity, need);
    }
    for (const auto& [id, entity] : scene_.to.entities()) {
      if (!touches_new(id)) continue;
      for (const auto& need : entity.needs) arrive(entity, need);
      for (const auto& need : structure(scene_.to, entity)) arrive(entity, need);
      for (const auto& need : inherited_columns(scene_.to, entity)) arrive(entity, need);
      own_steps(entity);
    }
    for (const auto& id : scene_.fates.gone) own_drop(id);
    for (const auto& id : scene_.fates.disowned) {
      const auto& owner = scene_.from.find(id)->list("owned_by");
      const EntityId column{Kind::column, owner[0], owner[1], owner[2], {}};
      graph_.before({id, Stage::release}, {scene_.dropper(column), Stage::drop});
    }
    names();
  }

 private:
  [[nodiscard]] bool is_going(const EntityId& id) const {
    return scene_.fates.gone.contains(id) || scene_.fates.rebuilt.contains(id);
  }
  [[nodiscard]] bool touches_old(const EntityId& id) const { return is_going(id) || scene_.fates.altered.contains(id); }
  [[nodiscard]] bool touches_new(const EntityId& id) const {
    return scene_.fates.made.contains(id) || scene_.fates.altered.contains(id) || scene_.fates.rebuilt.contains(id);
  }

  /// What an entity needs by what it is, whatever pg_depend says.
  static std::vector<EntityId> structure(const Model& model, const Entity& entity) {
    std::vector<EntityId> result;
    const EntityId& id = entity.id;
    if (!id.schema.empty()) result.push_back({Kind::schema, {}, {}, id.schema, {}});
    if (const Entity* whole = whole_of(model, id)) result.push_back(whole->id);
    const auto table = [&](const std::string& name) {
      const auto parts = name_parts(name.substr(0, name.find(" (")));
      if (parts.size() >= 2) result.push_back({Kind::table, parts[0], {}, parts[1], {}});
    };
    for (const auto& parent : entity.list("inherits")) table(parent);
    for (const auto* name : {"partition_of", "references", "table"}) table(entity.fact(name));
    if (id.kind == Kind::publication) {
      for (const auto& published : entity.list("tables")) table(published);
      for (const auto& schema : entity.list("schemas"))
        result.push_back({Kind::schema, {}, {}, name_parts(schema).at(0), {}});
    }
    if (id.kind == Kind::index && entity.has("parent")) {
      const auto parts = name_parts(entity.fact("parent"));
      for (const auto& [other, index] : model.entities()) {
        if (other.kind == Kind::index && parts.size() == 2 && other.schema == parts[0] && other.name == parts[1])
          result.push_back(other);
      }
    }
    return result;
  }

  /// The columns of parents that a column is inherited from.
  static std::vector<EntityId> inherited_columns(const Model& model, const Entity& entity) {
    std::vector<EntityId> result;
    if (entity.id.kind != Kind::column || !entity.has("inherited")) return result;
    const Entity* table = whole_of(model, entity.id);
    if (table == nullptr) return result;
    auto parents = table->list("inherits");
    if (table->has("partition_of")) parents.push_back(table->fact("partition_of"));
    for (const auto& parent : parents) {
      const auto parts = name_parts(parent);
      if (parts.size() == 2) result.push_back({Kind::column, parts[0], parts[1], entity.id.name, {}});
    }
    return result;
  }

  /// A column that is altered in nothing that those who use it would see.
  [[nodiscard]] bool is_harmless(const EntityId& column) const {
    const auto found = scene_.fates.altered.find(column);
    if (found == scene_.fates.altered.end() || column.kind != Kind::column) return false;
    const auto& attributes = found->second.attributes;
    return std::ranges::none_of(attributes, [](const AttributeChange& attribute) {
      return attribute.name == "type" || attribute.name == "collation" || attribute.name == "generated" ||
             attribute.name == "expression" || attribute.name == "identity" ||
             (attribute.name == "not_null" && attribute.to.empty());
    });
  }

  /// `entity` of the old model needs `need`.
  void leave(const Entity& entity, const EntityId& need) {
    const EntityId& id = entity.id;
    const StepId drop{scene_.dropper(id), Stage::drop};
    const StepId need_drop{scene_.dropper(need), Stage::drop};
    const bool going = is_going(id);
    const bool default_goes_first = is_routine(need.kind) && graph_.has({id, Stage::release});
    if (going && is_going(need)) graph_.before(default_goes_first ? StepId{id, Stage::release} : drop, need_drop);
    if (scene_.fates.gone.contains(drop.entity) && !is_harmless(need)) {
      // A view goes before the column it shows gets another type; a part needs its whole, and may go with it.
      graph_.before(drop, {need, Stage::make});
      graph_.before(drop, {need, Stage::release});
    }
    if (scene_.fates.gone.contains(id)) return;
    if (!is_going(need)) return;
    graph_.before({id, Stage::release}, need_drop);
    const bool comes_back = scene_.fates.made.contains(need);
    const bool let_go = scene_.fates.released.contains(id) && !is_type(need.kind);
    if (!comes_back && !let_go) graph_.before({id, Stage::make}, need_drop);
  }

  /// `entity` of the new model needs `need`.
  void arrive(const Entity& entity, const EntityId& need) {
    const StepId make{scene_.maker(entity.id), Stage::make};
    const StepId need_make{scene_.maker(need), Stage::make};
    const bool later = graph_.has({entity.id, Stage::finish}) && entity.id.kind == Kind::column;
    // A default that is set later is what needs the function.
    if (later && scene_.leads_back(entity, make.entity) && (is_routine(need.kind))) {
      graph_.before(need_make, {entity.id, Stage::finish});
    } else {
      graph_.before(need_make, make);
    }
    graph_.before(need_make, {entity.id, Stage::finish});
  }

  void own_steps(const Entity& entity) {
    const EntityId& id = entity.id;
    graph_.before({id, Stage::release}, {id, Stage::make});
    graph_.before({id, Stage::make}, {id, Stage::finish});
    graph_.before({id, Stage::release}, {id, Stage::finish});
    if (scene_.fates.rebuilt.contains(id)) {
      graph_.before({id, Stage::make}, {id, Stage::drop});
    } else {
      graph_.before({id, Stage::drop}, {id, Stage::make});
      graph_.before({id, Stage::drop}, {scene_.maker(id), Stage::make});
      graph_.before({scene_.dropper(id), Stage::drop}, {id, Stage::make});
    }
    if (const Entity* whole = whole_of(scene_.to, id)) {
      graph_.before({scene_.maker(id), Stage::make}, {whole->id, Stage::finish});
      graph_.before({whole->id, Stage::make}, {id, Stage::finish});
    }
    // A partition that is taken off keeps, as its own, what the parent has at that time.
    const Entity* old = scene_.from.find(id);
    if (old != nullptr && old->has("partition_of")) {
      const auto parent = name_parts(old->fact("partition_of"));
      for (const Kind kind : {Kind::constraint, Kind::index}) {
        for (const Entity* part : scene_.from.parts({Kind::table, parent.at(0), {}, parent.back(), {}}, kind)) {
          graph_.before({part->id, Stage::drop}, {id, Stage::release});
        }
      }
    }
    const auto& owner = entity.list("owned_by");
    if (owner.size() == 3) {
      const EntityId column{Kind::column, owner[0], owner[1], owner[2], {}};
      graph_.before({scene_.maker(column), Stage::make}, {id, Stage::finish});
    }
    // The parent's new indexes look for those of partitions that are attached by then.
    if (id.kind == Kind::index && entity.has("parent")) {
      const Entity* whole = whole_of(scene_.to, id);
      const bool attached_later = whole != nullptr && scene_.is_attached_later(*whole);
      if (whole != nullptr && !attached_later) graph_.before({whole->id, Stage::finish}, {id, Stage::make});
    }
  }

  void own_drop(const EntityId& id) {
    const Entity* entity = scene_.from.find(id);
    const auto& owner = entity->list("owned_by");
    const EntityId column = owner.size() == 3 ? EntityId{Kind::column, owner[0], owner[1], owner[2], {}} : EntityId{};
    if (owner.size() == 3) graph_.before({scene_.dropper(column), Stage::drop}, {id, Stage::drop});
    // A child loses what it inherits with the parent's column, and its own after that.
    for (const auto& parent : inherited_columns(scene_.from, *entity)) {
      graph_.before({scene_.dropper(parent), Stage::drop}, {id, Stage::drop});
    }
    graph_.before({id, Stage::release}, {scene_.dropper(id), Stage::drop});
  }

  /// Where a name is taken: relations and types of a schema share theirs.
  static std::vector<std::string> taken(const Entity& entity) {
    const EntityId& id = entity.id;
    const auto name = id.schema + '\1' + id.name;
    std::vector<std::string> result;
    const auto& type = entity.fact("type");
    const bool key = id.kind == Kind::constraint && (type == "primary key" || type == "unique" || type == "exclusion");
    if (is_relation(id.kind) || key) result.push_back("relation\1" + name);
    const bool row_type = id.kind == Kind::table || id.kind == Kind::view || id.kind == Kind::materialized_view ||
                          id.kind == Kind::foreign_table;
    if (is_type(id.kind) || row_type) result.push_back("type\1" + name);
    if (is_routine(id.kind)) result.push_back("routine\1" + name + "\1" + id.signature);
    if (id.kind == Kind::column && entity.has("identity")) {
      const auto& sequence = entity.fact("identity_sequence");
      result.push_back("relation\1" + id.schema + '\1' +
                       (sequence.empty() ? id.of + "_" + id.name + "_seq" : sequence));
    }
    if (id.kind == Kind::constraint) result.push_back("constraint\1" + id.schema + '\1' + id.of + '\1' + id.name);
    return result;
  }

  void names() {
    std::map<std::string, std::vector<StepId>> freed;
    for (const auto& id : scene_.fates.gone) {
      const Entity& entity = *scene_.from.find(id);
      for (const auto& name : taken(entity)) freed[name].push_back({scene_.dropper(id), Stage::drop});
    }
    for (const auto& [id, change] : scene_.fates.altered) {
      const Entity& entity = *scene_.from.find(id);
      if (id.kind != Kind::column || !entity.has("identity")) continue;
      for (const auto& name : taken(entity)) freed[name].push_back({id, Stage::release});
    }
    const auto take = [&](const EntityId& id) {
      const Entity* entity = scene_.to.find(id);
      if (entity == nullptr) return;
      for (const auto& name : taken(*entity)) {
        for (const auto& old : freed[name]) {
          if (!scene_.fates.rebuilt.contains(old.entity)) graph_.before(old, {scene_.maker(id), Stage::make});
        }
      }
    };
    for (const auto& id : scene_.fates.made) take(id);
    for (const auto& [id, change] : scene_.fates.altered) {
      if (id.kind == Kind::column) take(id);
    }
  }

  const Scene& scene_;
  StepGraph& graph_;
};

}  // namespace

void add_order(const Scene& scene, StepGraph& graph) {
  Order(scene, graph).add();
}

}  // namespace migrate::schema::detail
