#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "migrate/schema/diff/detail/rules.hpp"
#include "migrate/schema/diff/detail/words.hpp"
#include "migrate/sql/quote.hpp"

namespace migrate::schema::detail {
namespace {

using Kind = EntityKind;

/// "SELECT TO app WITH GRANT OPTION" taken apart.
struct Privilege {
  std::string name{}, role{};
  bool grantable = false;
};

Privilege parse(std::string_view item) {
  constexpr std::string_view k_option = " WITH GRANT OPTION";
  Privilege result;
  result.grantable = item.ends_with(k_option);
  if (result.grantable) item.remove_suffix(k_option.size());
  const auto to = item.find(" TO ");
  result.name = item.substr(0, to);
  if (to != std::string_view::npos) result.role = item.substr(to + 4);
  return result;
}

/// By role, and whether it may be passed on: the privileges in the order given.
using ByRole = std::map<std::pair<std::string, bool>, std::vector<std::string>>;

ByRole by_role(const std::vector<std::string>& items) {
  ByRole result;
  for (const auto& item : items) {
    const auto privilege = parse(item);
    result[{privilege.role, privilege.grantable}].push_back(privilege.name);
  }
  return result;
}

std::string grant_target(const Model& model, const EntityId& id) {
  switch (id.kind) {
    case Kind::view:
    case Kind::materialized_view:
    case Kind::foreign_table:
      return "TABLE " + name_of(id);
    case Kind::column:
      return "TABLE " + whole_name(id);
    case Kind::domain:
      return "TYPE " + name_of(id);
    case Kind::foreign_server:
      return "FOREIGN SERVER " + name_of(id);
    case Kind::aggregate: {
      auto text = sql::quote_qualified(id.schema, id.name);
      return "FUNCTION " + text + "(" + id.signature + ")";
    }
    default:
      return object_words(model, id);
  }
}

struct Moves {
  std::vector<std::string> revoked{}, no_longer_grantable{}, granted{};
};

Moves moves(const std::vector<std::string>& from, const std::vector<std::string>& to) {
  Moves result;
  for (const auto& item : without(from, to)) {
    const auto old = parse(item);
    const bool kept = std::ranges::any_of(to, [&](const std::string& other) {
      const auto now = parse(other);
      return now.name == old.name && now.role == old.role;
    });
    if (!kept) result.revoked.push_back(item);
    if (kept && old.grantable) result.no_longer_grantable.push_back(item);
  }
  for (const auto& item : without(to, from)) {
    const auto now = parse(item);
    const bool had_it_grantable = std::ranges::find(from, item + " WITH GRANT OPTION") != from.end();
    if (!had_it_grantable) result.granted.push_back(item);
  }
  return result;
}

}  // namespace

void grant(const Model& model, const Entity& entity, const std::vector<std::string>& from,
           const std::vector<std::string>& to, Writer& writer) {
  const auto target = grant_target(model, entity.id);
  const auto column =
      entity.id.kind == Kind::column ? " (" + sql::quote_identifier(entity.id.name) + ")" : std::string();
  const auto write = [&](std::string_view verb, std::string_view word, const std::vector<std::string>& items,
                         bool gives) {
    for (const auto& [who, privileges] : by_role(items)) {
      std::vector<std::string> names;
      for (const auto& name : privileges) names.push_back(name + column);
      writer.add(fmt::format("{}{} ON {} {} {}{}", verb, joined(names), target, word, who.first,
                             gives && who.second ? " WITH GRANT OPTION" : ""));
    }
  };
  const auto change = moves(from, to);
  write("REVOKE ", "FROM", change.revoked, false);
  write("REVOKE GRANT OPTION FOR ", "FROM", change.no_longer_grantable, false);
  write("GRANT ", "TO", change.granted, true);
}

void grant_by_default(const Entity& entity, const std::vector<std::string>& from, const std::vector<std::string>& to,
                      Writer& writer) {
  const EntityId& id = entity.id;
  std::string head = "ALTER DEFAULT PRIVILEGES FOR ROLE " + sql::quote_identifier(id.name);
  if (!id.schema.empty()) head += " IN SCHEMA " + sql::quote_identifier(id.schema);
  std::string objects = id.of;
  std::ranges::transform(objects, objects.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? char(c - 'a' + 'A') : c; });
  const auto write = [&](std::string_view verb, std::string_view word, const std::vector<std::string>& items,
                         bool gives) {
    for (const auto& [who, privileges] : by_role(items)) {
      writer.add(fmt::format("{} {}{} ON {} {} {}{}", head, verb, joined(privileges), objects, word, who.first,
                             gives && who.second ? " WITH GRANT OPTION" : ""));
    }
  };
  const auto change = moves(from, to);
  write("REVOKE ", "FROM", change.revoked, false);
  write("REVOKE GRANT OPTION FOR ", "FROM", change.no_longer_grantable, false);
  write("GRANT ", "TO", change.granted, true);
}

std::vector<std::string> built_in_privileges(EntityKind kind, const std::string& owner, int server_version) {
  std::vector<std::string> result;
  const auto give = [&](std::initializer_list<std::string_view> names, const std::string& role) {
    if (role.empty()) return;
    for (const auto name : names) result.push_back(fmt::format("{} TO {}", name, role));
  };
  switch (kind) {
    case Kind::table:
    case Kind::view:
    case Kind::materialized_view:
    case Kind::foreign_table:
      give({"DELETE", "INSERT", "REFERENCES", "SELECT", "TRIGGER", "TRUNCATE", "UPDATE"}, owner);
      if (server_version >= 170000) give({"MAINTAIN"}, owner);
      break;
    case Kind::sequence:
      give({"SELECT", "UPDATE", "USAGE"}, owner);
      break;
    case Kind::schema:
      give({"CREATE", "USAGE"}, owner);
      break;
    case Kind::function:
    case Kind::procedure:
    case Kind::aggregate:
      give({"EXECUTE"}, owner);
      give({"EXECUTE"}, "PUBLIC");
      break;
    case Kind::enum_type:
    case Kind::composite_type:
    case Kind::range_type:
    case Kind::domain:
      give({"USAGE"}, owner);
      give({"USAGE"}, "PUBLIC");
      break;
    case Kind::foreign_data_wrapper:
    case Kind::foreign_server:
      give({"USAGE"}, owner);
      break;
    default:
      break;
  }
  return result;
}

}  // namespace migrate::schema::detail
