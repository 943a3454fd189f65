#include <algorithm>
#include <array>

#include "migrate/schema/diff/change.hpp"
#include "migrate/schema/diff/detail/rules.hpp"

namespace migrate::schema {
namespace {

using Kind = EntityKind;

constexpr std::array<std::string_view, 5> k_kind_names{"create", "drop", "alter", "rename", "replace"};

/// Views' columns follow from the definition: only what was set on them apart is compared.
bool is_derived(const Entity* whole, std::string_view attribute) {
  if (whole == nullptr || (whole->id.kind != Kind::view && whole->id.kind != Kind::materialized_view)) return false;
  return attribute != "default" && attribute != "comment" && attribute != "acl" && attribute != "statistics" &&
         attribute != "storage" && attribute != "options" && attribute != "compression";
}

std::vector<AttributeChange> compare(const Entity& from, const Entity& to, const Entity* whole) {
  std::vector<AttributeChange> result;
  const auto note = [&](const std::string& name, std::vector<std::string> was, std::vector<std::string> is) {
    if (was == is || detail::is_ignored(to.id.kind, name)) return;
    if (to.id.kind == Kind::column && is_derived(whole, name)) return;
    result.push_back({name, std::move(was), std::move(is)});
  };
  using Values = std::vector<std::string>;
  for (const auto& [name, value] : from.facts) {
    const auto other = to.facts.find(name);
    note(name, {value}, other == to.facts.end() ? Values{} : Values{other->second});
  }
  for (const auto& [name, value] : to.facts) {
    if (!from.facts.contains(name)) note(name, {}, {value});
  }
  for (const auto& [name, values] : from.lists) note(name, values, to.list(name));
  for (const auto& [name, values] : to.lists) {
    if (!from.lists.contains(name)) note(name, {}, values);
  }
  return result;
}

class Comparison {
 public:
  Comparison(const Model& from, const Model& to, const DiffOptions& options)
      : from_(from), to_(to), options_(options) {}

  void add_all(Differences& result) const {
    std::set<EntityId> ids;
    for (const auto& [id, entity] : from_.entities()) ids.insert(id);
    for (const auto& [id, entity] : to_.entities()) ids.insert(id);
    for (const auto& id : ids) {
      if (!is_left_out(id)) add(id, result.changes);
    }
  }

 private:
  [[nodiscard]] bool is_left_out(const EntityId& id) const {
    if (options_.without.contains(id.kind) || id.kind == Kind::unmanaged) return true;
    for (const Model* model : {&from_, &to_}) {
      const Entity* whole = detail::whole_of(*model, id);
      if (whole != nullptr && options_.without.contains(whole->id.kind)) return true;
    }
    return false;
  }

  void add(const EntityId& id, std::vector<Change>& changes) const {
    const Entity* old = from_.find(id);
    const Entity* wanted = to_.find(id);
    if (old != nullptr && wanted != nullptr) {
      Change change{ChangeKind::alter, id, id, compare(*old, *wanted, detail::whole_of(to_, id))};
      if (change.attributes.empty()) return;
      change.kind = detail::fate(from_, to_, change);
      changes.push_back(std::move(change));
      return;
    }
    // The one that has it decides what it is part of; the other must have that too, or it comes and goes with it.
    const Entity* whole = detail::whole_of(old != nullptr ? from_ : to_, id);
    const Model& other = old != nullptr ? to_ : from_;
    if (whole != nullptr && other.find(whole->id) == nullptr) return;
    const bool of_view =
        whole != nullptr && (whole->id.kind == Kind::view || whole->id.kind == Kind::materialized_view);
    if (of_view && id.kind == Kind::column) return;
    if (id.kind == Kind::column && (old != nullptr ? old : wanted)->fact("inherited") == "only") return;
    changes.push_back({old != nullptr ? ChangeKind::drop : ChangeKind::create, id, id, {}});
  }

  const Model& from_;
  const Model& to_;
  const DiffOptions& options_;
};

/// What two entities of one place must share to look like one under two names.
std::string likeness(const Model& model, const Entity& entity) {
  std::string text(kind_name(entity.id.kind));
  text += '\1' + entity.id.schema + '\1' + entity.id.of + '\1' + entity.id.signature;
  if (entity.id.kind == Kind::column) return text + '\1' + entity.fact("type") + '\1' + entity.fact("generated");
  const auto columns = model.parts(entity.id, Kind::column);
  if (entity.id.kind == Kind::table || entity.id.kind == Kind::composite_type) {
    for (const auto* column : columns) text += '\1' + column->id.name + ' ' + column->fact("type");
    return columns.empty() ? std::string() : text;
  }
  if (entity.facts.empty() && entity.lists.empty()) return {};
  for (const auto& [name, value] : entity.facts) {
    if (name != "comment" && name != "owner") text += '\1' + name + '\2' + value;
  }
  for (const auto& [name, items] : entity.lists) {
    text += '\1' + name;
    for (const auto& item : items) text += '\2' + item;
  }
  return text;
}

bool may_be_renamed(EntityKind kind) {
  return kind == Kind::table || kind == Kind::column || kind == Kind::view || kind == Kind::materialized_view ||
         kind == Kind::sequence || detail::is_type(kind);
}

std::vector<Suggestion> look_alikes(const Model& from, const Model& to, const std::vector<Change>& changes) {
  std::map<std::string, std::pair<std::vector<EntityId>, std::vector<EntityId>>> by_likeness;
  for (const auto& change : changes) {
    if (!may_be_renamed(change.to.kind)) continue;
    if (change.kind == ChangeKind::drop)
      by_likeness[likeness(from, *from.find(change.from))].first.push_back(change.from);
    if (change.kind == ChangeKind::create) by_likeness[likeness(to, *to.find(change.to))].second.push_back(change.to);
  }
  std::vector<Suggestion> result;
  for (const auto& [text, pair] : by_likeness) {
    const bool alone = pair.first.size() == 1 && pair.second.size() == 1;
    if (alone && !text.empty()) result.push_back({pair.first[0], pair.second[0]});
  }
  return result;
}

}  // namespace

std::string_view kind_name(ChangeKind kind) noexcept {
  return k_kind_names[static_cast<std::size_t>(kind)];
}

const AttributeChange* Change::attribute(std::string_view name) const {
  const auto found = std::ranges::find(attributes, name, &AttributeChange::name);
  return found == attributes.end() ? nullptr : &*found;
}

Differences diff(const Model& from, const Model& to, const DiffOptions& options) {
  Renamed renamed = apply_renames(from, to, options.renames);
  Differences result{std::move(renamed.renames), {}};
  Comparison(renamed.model, to, options).add_all(result);
  result.suggestions = look_alikes(renamed.model, to, result.changes);
  return result;
}

}  // namespace migrate::schema
