#include "migrate/schema/diff/detail/words.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "migrate/schema/diff/detail/rules.hpp"
#include "migrate/sql/quote.hpp"

namespace migrate::schema::detail {
namespace {

using Kind = EntityKind;

/// The keyword of a kind that is called by name alone.
std::string_view keyword(EntityKind kind) {
  switch (kind) {
    case Kind::schema:
      return "SCHEMA";
    case Kind::extension:
      return "EXTENSION";
    case Kind::collation:
      return "COLLATION";
    case Kind::enum_type:
    case Kind::composite_type:
    case Kind::range_type:
      return "TYPE";
    case Kind::domain:
      return "DOMAIN";
    case Kind::sequence:
      return "SEQUENCE";
    case Kind::table:
      return "TABLE";
    case Kind::column:
      return "COLUMN";
    case Kind::constraint:
      return "CONSTRAINT";
    case Kind::index:
      return "INDEX";
    case Kind::view:
      return "VIEW";
    case Kind::materialized_view:
      return "MATERIALIZED VIEW";
    case Kind::function:
      return "FUNCTION";
    case Kind::procedure:
      return "PROCEDURE";
    case Kind::aggregate:
      return "AGGREGATE";
    case Kind::trigger:
      return "TRIGGER";
    case Kind::event_trigger:
      return "EVENT TRIGGER";
    case Kind::rule:
      return "RULE";
    case Kind::policy:
      return "POLICY";
    case Kind::statistics:
      return "STATISTICS";
    case Kind::publication:
      return "PUBLICATION";
    case Kind::foreign_data_wrapper:
      return "FOREIGN DATA WRAPPER";
    case Kind::foreign_server:
      return "SERVER";
    case Kind::user_mapping:
      return "USER MAPPING";
    case Kind::foreign_table:
      return "FOREIGN TABLE";
    case Kind::default_privileges:
    case Kind::unmanaged:
      return "";
  }
  return "";
}

bool is_bare_value(std::string_view value) {
  return !value.empty() && std::ranges::all_of(value, [](char c) {
    return (c >= '0' && c <= '9') || c == '.' || (c >= 'a' && c <= 'z');
  });
}

std::string_view parameter_name(std::string_view option) {
  return option.substr(0, option.find('='));
}

void comment_on_index(const Entity& constraint, Writer& writer) {
  const auto text =
      constraint.has("index_comment") ? sql::quote_literal(constraint.fact("index_comment")) : std::string("NULL");
  writer.add("COMMENT ON INDEX " + name_of(constraint.id) + " IS " + text);
}

}  // namespace

PlannedStatement& Writer::add(std::string sql, std::vector<Hazard> hazards) {
  out_->push_back({std::move(sql), std::move(hazards), subject_});
  return out_->back();
}

std::string name_of(const EntityId& id) {
  std::string name = sql::quote_qualified(id.schema, id.name);
  if (!is_routine(id.kind)) return name;
  const bool any_row = id.kind == Kind::aggregate && id.signature.empty();
  return name + "(" + (any_row ? std::string("*") : id.signature) + ")";
}

std::string whole_name(const EntityId& id) {
  return sql::quote_qualified(id.schema, id.of);
}

std::string object_words(const Model& model, const EntityId& id) {
  const std::string words(keyword(id.kind));
  const std::string own = sql::quote_identifier(id.name);
  switch (id.kind) {
    case Kind::column:
      return words + " " + whole_name(id) + "." + own;
    case Kind::constraint: {
      const Entity* whole = whole_of(model, id);
      const bool of_domain = whole != nullptr && whole->id.kind == Kind::domain;
      return words + " " + own + " ON " + (of_domain ? "DOMAIN " : "") + whole_name(id);
    }
    case Kind::trigger:
    case Kind::rule:
    case Kind::policy:
      return words + " " + own + " ON " + whole_name(id);
    case Kind::user_mapping:
      return words + " FOR " + (id.name == "public" ? std::string("PUBLIC") : own) + " SERVER " +
             sql::quote_identifier(id.of);
    default:
      return words + " " + name_of(id);
  }
}

std::string joined(const std::vector<std::string>& items, std::string_view separator) {
  return fmt::format("{}", fmt::join(items, separator));
}

std::string storage_parameters(const std::vector<std::string>& options) {
  std::vector<std::string> parts;
  for (const auto& option : options) {
    const auto name = parameter_name(option);
    const auto value = option.size() > name.size() ? option.substr(name.size() + 1) : std::string("true");
    parts.push_back(fmt::format("{}={}", name, is_bare_value(value) ? value : sql::quote_literal(value)));
  }
  return joined(parts);
}

std::string parameter_names(const std::vector<std::string>& options) {
  std::vector<std::string> parts;
  for (const auto& option : options) parts.emplace_back(parameter_name(option));
  return joined(parts);
}

std::vector<std::string> without(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  std::vector<std::string> result;
  for (const auto& item : a) {
    if (std::ranges::find(b, item) == b.end()) result.push_back(item);
  }
  return result;
}

std::vector<std::string> unnamed_in(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  std::vector<std::string> result;
  for (const auto& item : a) {
    const auto named = [&](const std::string& other) { return parameter_name(other) == parameter_name(item); };
    if (std::ranges::none_of(b, named)) result.push_back(item);
  }
  return result;
}

std::string trimmed(std::string_view text) {
  const auto last = text.find_last_not_of(" \t\r\n;");
  return std::string(last == std::string_view::npos ? std::string_view() : text.substr(0, last + 1));
}

void dress(const Model& model, const Entity& entity, Writer& writer) {
  const bool owned = !entity.fact("owner").empty() && !is_part(entity.id.kind);
  if (owned) writer.add("ALTER " + object_words(model, entity.id) + " OWNER TO " + entity.fact("owner"));
  if (entity.has("comment")) {
    writer.add("COMMENT ON " + object_words(model, entity.id) + " IS " + sql::quote_literal(entity.fact("comment")));
  }
  if (entity.has("index_comment")) comment_on_index(entity, writer);
  // Without the owner, privileges were not read: an empty list then says nothing.
  if (owned || (entity.id.kind == Kind::column && entity.has("acl"))) {
    const auto start = built_in_privileges(entity.id.kind, entity.fact("owner"), model.server_version);
    grant(model, entity, start, entity.list("acl"), writer);
  }
}

void dress_anew(const Model& model, const Entity& from, const Entity& to, Writer& writer) {
  if (from.fact("owner") != to.fact("owner") && !to.fact("owner").empty()) {
    writer.add("ALTER " + object_words(model, to.id) + " OWNER TO " + to.fact("owner"));
  }
  const bool commented = to.has("comment");
  if (from.has("comment") != commented || from.fact("comment") != to.fact("comment")) {
    const auto text = commented ? sql::quote_literal(to.fact("comment")) : std::string("NULL");
    writer.add("COMMENT ON " + object_words(model, to.id) + " IS " + text);
  }
  if (from.fact("index_comment") != to.fact("index_comment")) comment_on_index(to, writer);
  if (from.list("acl") != to.list("acl") && to.id.kind != Kind::default_privileges) {
    grant(model, to, from.list("acl"), to.list("acl"), writer);
  }
}

}  // namespace migrate::schema::detail
