#include "migrate/schema/diff/detail/rules.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace migrate::schema::detail {
namespace {

using Kind = EntityKind;

struct Rule {
  EntityKind kind;
  std::string_view attribute;
};

constexpr auto k_ignored = std::to_array<Rule>({
    {Kind::extension, "version"},
    {Kind::materialized_view, "populated"},
    {Kind::column, "inherited"},
    {Kind::column, "identity_sequence"},
    {Kind::constraint, "columns"},
    {Kind::constraint, "references"},
    {Kind::index, "unique"},
    {Kind::statistics, "table"},
});

/// Attributes that no ALTER changes.
constexpr auto k_replacing = std::to_array<Rule>({
    {Kind::collation, "provider"},
    {Kind::collation, "locale"},
    {Kind::collation, "lc_collate"},
    {Kind::collation, "lc_ctype"},
    {Kind::collation, "deterministic"},
    {Kind::collation, "rules"},
    {Kind::domain, "type"},
    {Kind::domain, "collation"},
    {Kind::range_type, "subtype"},
    {Kind::range_type, "subtype_opclass"},
    {Kind::range_type, "collation"},
    {Kind::range_type, "canonical"},
    {Kind::range_type, "subtype_diff"},
    {Kind::range_type, "multirange_type_name"},
    {Kind::table, "partition_key"},
    {Kind::constraint, "type"},
    {Kind::constraint, "definition"},
    {Kind::index, "definition"},
    {Kind::index, "valid"},
    {Kind::index, "parent"},
    {Kind::materialized_view, "definition"},
    {Kind::function, "arguments"},
    {Kind::function, "returns"},
    {Kind::procedure, "arguments"},
    {Kind::aggregate, "arguments"},
    {Kind::aggregate, "returns"},
    {Kind::aggregate, "options"},
    {Kind::trigger, "definition"},
    {Kind::event_trigger, "event"},
    {Kind::event_trigger, "tags"},
    {Kind::event_trigger, "function"},
    {Kind::policy, "command"},
    {Kind::policy, "permissive"},
    {Kind::statistics, "definition"},
    {Kind::publication, "all_tables"},
    {Kind::foreign_server, "server_type"},
    {Kind::foreign_server, "wrapper"},
    {Kind::foreign_table, "server"},
});

template <std::size_t Size>
bool listed(const std::array<Rule, Size>& rules, EntityKind kind, std::string_view attribute) {
  return std::ranges::any_of(rules, [&](const Rule& rule) { return rule.kind == kind && rule.attribute == attribute; });
}

const std::vector<const Entity*> columns_of(const Model& model, const EntityId& id) {
  return model.parts(id, Kind::column);
}

/// CREATE OR REPLACE VIEW may only append columns.
bool only_appends_columns(const Model& from, const Model& to, const EntityId& view) {
  const auto old_columns = columns_of(from, view);
  const auto new_columns = columns_of(to, view);
  if (old_columns.empty() || old_columns.size() > new_columns.size()) return false;
  return std::equal(old_columns.begin(), old_columns.end(), new_columns.begin(), [](const Entity* a, const Entity* b) {
    return a->id.name == b->id.name && a->fact("type") == b->fact("type") &&
           a->fact("collation") == b->fact("collation");
  });
}

std::string_view without_not_valid(std::string_view definition) {
  constexpr std::string_view k_not_valid = " NOT VALID";
  if (definition.ends_with(k_not_valid)) definition.remove_suffix(k_not_valid.size());
  return definition;
}

ChangeKind constraint_fate(const Change& change, const Entity& to) {
  if (change.attribute("type") != nullptr) return ChangeKind::replace;
  const auto* definition = change.attribute("definition");
  const auto* valid = change.attribute("valid");
  if (definition == nullptr)
    return valid != nullptr && !to.fact("valid").empty() ? ChangeKind::replace : ChangeKind::alter;
  const bool validated = valid != nullptr && valid->to.empty() && !definition->from.empty() &&
                         !definition->to.empty() && without_not_valid(definition->from[0]) == definition->to[0];
  return validated ? ChangeKind::alter : ChangeKind::replace;
}

ChangeKind column_fate(const Model& from_model, const Change& change) {
  const Entity* whole = whole_of(from_model, change.from);
  const bool stored = whole == nullptr || whole->id.kind == Kind::table || whole->id.kind == Kind::foreign_table;
  if (!stored) return ChangeKind::alter;
  const auto* generated = change.attribute("generated");
  if (generated != nullptr && !(generated->to.empty() && generated->from == std::vector<std::string>{"stored"})) {
    return ChangeKind::replace;
  }
  if (generated == nullptr && change.attribute("expression") != nullptr) {
    return from_model.server_version >= 170000 ? ChangeKind::alter : ChangeKind::replace;
  }
  return ChangeKind::alter;
}

}  // namespace

bool is_ignored(EntityKind kind, std::string_view attribute) noexcept {
  return listed(k_ignored, kind, attribute);
}

ChangeKind fate(const Model& from_model, const Model& to_model, const Change& change) {
  const EntityId& id = change.to;
  const Entity& to = *to_model.find(id);
  if (id.kind == Kind::constraint) return constraint_fate(change, to);
  if (id.kind == Kind::column) return column_fate(from_model, change);
  if (id.kind == Kind::view && change.attribute("definition") != nullptr) {
    return only_appends_columns(from_model, to_model, id) ? ChangeKind::alter : ChangeKind::replace;
  }
  if (id.kind == Kind::enum_type && change.attribute("labels") != nullptr) {
    const auto* labels = change.attribute("labels");
    return is_extension_of(labels->from, labels->to) ? ChangeKind::alter : ChangeKind::replace;
  }
  if (id.kind == Kind::policy) {
    for (const auto* condition : {change.attribute("using"), change.attribute("check")}) {
      if (condition != nullptr && condition->to.empty()) return ChangeKind::replace;
    }
  }
  for (const auto& attribute : change.attributes) {
    if (listed(k_replacing, id.kind, attribute.name)) return ChangeKind::replace;
  }
  return ChangeKind::alter;
}

bool is_part(EntityKind kind) noexcept {
  return kind == Kind::column || kind == Kind::constraint || kind == Kind::index || kind == Kind::trigger ||
         kind == Kind::rule || kind == Kind::policy;
}

bool is_relation(EntityKind kind) noexcept {
  return kind == Kind::table || kind == Kind::view || kind == Kind::materialized_view || kind == Kind::sequence ||
         kind == Kind::index || kind == Kind::foreign_table || kind == Kind::composite_type;
}

bool is_type(EntityKind kind) noexcept {
  return kind == Kind::enum_type || kind == Kind::domain || kind == Kind::composite_type || kind == Kind::range_type;
}

bool is_routine(EntityKind kind) noexcept {
  return kind == Kind::function || kind == Kind::procedure || kind == Kind::aggregate;
}

const Entity* whole_of(const Model& model, const EntityId& id) {
  if (!is_part(id.kind)) return nullptr;
  for (const Kind kind :
       {Kind::table, Kind::view, Kind::materialized_view, Kind::foreign_table, Kind::composite_type, Kind::domain}) {
    if (const Entity* whole = model.find({kind, id.schema, {}, id.of, {}})) return whole;
  }
  return nullptr;
}

bool is_extension_of(const std::vector<std::string>& from, const std::vector<std::string>& to) {
  auto at = to.begin();
  for (const auto& label : from) {
    at = std::find(at, to.end(), label);
    if (at == to.end()) return false;
    ++at;
  }
  return true;
}

}  // namespace migrate::schema::detail
