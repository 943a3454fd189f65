#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "migrate/schema/diff/detail/alter.hpp"
#include "migrate/schema/diff/detail/create.hpp"
#include "migrate/schema/diff/detail/rewrite.hpp"
#include "migrate/schema/diff/detail/rules.hpp"
#include "migrate/sql/quote.hpp"

namespace migrate::schema::detail {
namespace {

using Kind = EntityKind;

/// Types that convert into each other by a cast of their own. What is in no family goes by way of text.
constexpr std::array<std::array<std::string_view, 8>, 6> k_families{{
    {"smallint", "integer", "bigint", "numeric", "real", "double precision", "oid", "money"},
    {"date", "timestamp without time zone", "timestamp with time zone", "timestamp", "time without time zone",
     "time with time zone"},
    {"json", "jsonb"},
    {"inet", "cidr"},
    {"text", "character varying", "character", "name", "\"char\"", "citext"},
    {"bit", "bit varying"},
}};

std::size_t family_of(std::string_view type) {
  const auto found = std::ranges::find_if(
      k_families, [&](const auto& family) { return std::ranges::find(family, type) != family.end(); });
  return static_cast<std::size_t>(found - k_families.begin());
}

bool is_array(std::string_view type) {
  return type.ends_with("[]");
}

/// The numbers in the parentheses of a type; empty when it has none.
std::vector<int> parameters(std::string_view type) {
  std::vector<int> result;
  const auto open = type.find('(');
  if (open == std::string_view::npos) return result;
  bool in_number = false;
  for (const char c : type.substr(open)) {
    if (c == ')') break;
    const bool digit = c >= '0' && c <= '9';
    if (digit && !in_number) result.push_back(0);
    if (digit && result.back() < 100'000'000) result.back() = result.back() * 10 + (c - '0');
    in_number = digit;
  }
  return result;
}

std::string type_clause(const Entity& column) {
  const auto& collation = column.fact("collation");
  return column.fact("type") + (collation.empty() ? std::string() : " COLLATE " + collation);
}

class ColumnChange {
 public:
  ColumnChange(const Pair& pair, Writer& writer) : pair_(pair), writer_(writer) {
    const Entity* whole = whole_of(pair.to_model, pair.to.id);
    foreign_ = whole != nullptr && whole->id.kind == Kind::foreign_table;
    head_ = fmt::format("ALTER {} {} ", foreign_ ? "FOREIGN TABLE" : "TABLE", whole_name(pair.to.id));
    column_ = "ALTER COLUMN " + sql::quote_identifier(pair.to.id.name) + " ";
  }

  void write() {
    const bool inherited = pair_.to.fact("inherited") == "only";
    expression(inherited);
    if (!inherited && (pair_.differs("type") != nullptr || pair_.differs("collation") != nullptr)) {
      retype();
    } else {
      default_value();
    }
    nullability();
    identity();
    physical();
  }

 private:
  void add(const std::string& action, std::vector<Hazard> hazards = {}) {
    writer_.add(head_ + column_ + action, std::move(hazards));
  }

  void expression(bool inherited) {
    if (inherited) return;
    if (pair_.differs("generated") != nullptr && !pair_.to.has("generated")) add("DROP EXPRESSION");
    if (pair_.differs("generated") == nullptr && pair_.differs("expression") != nullptr) {
      add("SET EXPRESSION AS (" + pair_.to.fact("expression") + ")",
          {{HazardKind::rewrite, "rewrites table " + whole_name(pair_.to.id) + " under an exclusive lock"}});
    }
  }

  [[nodiscard]] bool has_old_default() const {
    return pair_.from.has("default") && !pair_.from.has("generated") && !pair_.default_released;
  }
  [[nodiscard]] bool has_new_default() const {
    return pair_.to.has("default") && !pair_.to.has("generated") && !pair_.to.has("identity");
  }

  void retype() {
    const auto table = "table " + whole_name(pair_.to.id);
    std::string text = head_;
    // One statement: no other session sees the column without its default.
    if (has_old_default()) text += column_ + "DROP DEFAULT, ";
    text += retype_action(pair_);
    if (has_new_default()) text += ", " + column_ + "SET DEFAULT " + pair_.to.fact("default");
    std::vector<Hazard> hazards;
    const bool same_type = pair_.from.fact("type") == pair_.to.fact("type") && !pair_.by_text;
    if (!same_type && !is_free_retype(pair_.from.fact("type"), pair_.to.fact("type"))) {
      hazards.push_back({HazardKind::rewrite, "rewrites " + table + " and its indexes under an exclusive lock"});
      const auto way =
          pair_.by_text ? "by way of text" : "from " + pair_.from.fact("type") + " to " + pair_.to.fact("type");
      hazards.push_back({HazardKind::data_loss,
                         fmt::format("converts the values of {} {}; some may not fit", describe(pair_.to.id), way)});
    } else if (pair_.differs("collation") != nullptr) {
      hazards.push_back({HazardKind::scan, "rebuilds indexes of " + table + " that hold the column"});
    }
    writer_.add(std::move(text), std::move(hazards));
  }

  void default_value() {
    const bool differs = pair_.differs("default") != nullptr || pair_.default_released;
    if (!differs) return;
    if (has_new_default()) {
      add("SET DEFAULT " + pair_.to.fact("default"));
    } else if (has_old_default()) {
      add("DROP DEFAULT");
    }
  }

  void nullability() {
    if (pair_.differs("not_null") == nullptr) return;
    if (!pair_.to.has("not_null")) return add("DROP NOT NULL");
    add("SET NOT NULL", {{HazardKind::scan, "reads all of table " + whole_name(pair_.to.id) +
                                                " under an exclusive lock, and fails when a value is NULL"}});
  }

  void identity() {
    if (!pair_.to.has("identity")) return;
    const auto& type = pair_.to.fact("type");
    if (!pair_.from.has("identity")) {
      add("ADD " + identity_clause(pair_.to));
      continue_after_values();
      return;
    }
    std::string text;
    if (pair_.differs("identity") != nullptr) {
      text += pair_.to.fact("identity") == "always" ? " SET GENERATED ALWAYS" : " SET GENERATED BY DEFAULT";
    }
    for (const auto& [fact, words] : {std::pair{"increment", "INCREMENT BY"},
                                      {"min", "MINVALUE"},
                                      {"max", "MAXVALUE"},
                                      {"start", "START WITH"},
                                      {"cache", "CACHE"}}) {
      const auto value = sequence_fact(pair_.to, "identity_", fact, type);
      if (value != sequence_fact(pair_.from, "identity_", fact, pair_.from.fact("type")))
        text += fmt::format(" SET {} {}", words, value);
    }
    if (pair_.differs("identity_cycle") != nullptr)
      text += pair_.to.has("identity_cycle") ? " SET CYCLE" : " SET NO CYCLE";
    if (!text.empty()) add(text.substr(1));
  }

  /// Numbers that are there already must not come again.
  void continue_after_values() {
    const auto column = sql::quote_identifier(pair_.to.id.name);
    const auto least = sequence_fact(pair_.to, "identity_", "min", pair_.to.fact("type"));
    writer_.add(fmt::format(
        "SELECT pg_catalog.setval(pg_catalog.pg_get_serial_sequence({}, {}), max({})) FROM {} HAVING max({}) >= {}",
        sql::quote_literal(whole_name(pair_.to.id)), sql::quote_literal(pair_.to.id.name), column,
        whole_name(pair_.to.id), column, least));
  }

  void physical() {
    if (pair_.differs("storage") != nullptr) add("SET STORAGE " + storage());
    if (pair_.differs("compression") != nullptr) {
      add("SET COMPRESSION " + (pair_.to.has("compression") ? pair_.to.fact("compression") : std::string("default")));
    }
    if (pair_.differs("statistics") != nullptr) {
      add("SET STATISTICS " + (pair_.to.has("statistics") ? pair_.to.fact("statistics") : std::string("-1")));
    }
    const auto& old = pair_.from.list("options");
    const auto& wanted = pair_.to.list("options");
    if (const auto gone = unnamed_in(old, wanted); !gone.empty()) add("RESET (" + parameter_names(gone) + ")");
    if (const auto set = without(wanted, old); !set.empty()) add("SET (" + storage_parameters(set) + ")");
  }

  /// SET STORAGE DEFAULT is of PostgreSQL 16; before, the type's own has to be named.
  [[nodiscard]] std::string storage() const {
    if (pair_.to.has("storage")) return pair_.to.fact("storage");
    if (pair_.from_model.server_version >= 160000) return "DEFAULT";
    const auto base = base_type(pair_.to.fact("type"));
    const bool packed = base == "numeric" || base == "inet" || base == "cidr";
    return packed && !is_array(pair_.to.fact("type")) ? "MAIN" : "EXTENDED";
  }

  const Pair& pair_;
  Writer& writer_;
  std::string head_, column_;
  bool foreign_ = false;
};

void alter_view_column(const Pair& pair, Kind kind, Writer& writer) {
  const auto words = kind == Kind::view ? "VIEW" : "MATERIALIZED VIEW";
  const auto head = fmt::format("ALTER {} {} ALTER COLUMN {} ", words, whole_name(pair.to.id),
                                sql::quote_identifier(pair.to.id.name));
  if (pair.differs("default") != nullptr) {
    writer.add(head + (pair.to.has("default") ? "SET DEFAULT " + pair.to.fact("default") : "DROP DEFAULT"));
  }
  if (pair.differs("statistics") != nullptr) {
    writer.add(head + "SET STATISTICS " + (pair.to.has("statistics") ? pair.to.fact("statistics") : std::string("-1")));
  }
  if (pair.differs("storage") != nullptr && pair.to.has("storage"))
    writer.add(head + "SET STORAGE " + pair.to.fact("storage"));
}

}  // namespace

std::string base_type(std::string_view type) {
  std::string text(type);
  while (is_array(text)) text.resize(text.size() - 2);
  // "timestamp(3) with time zone": the parameters stand inside.
  const auto open = text.find('(');
  const auto close = text.find(')', open == std::string::npos ? 0 : open);
  if (open != std::string::npos && close != std::string::npos) text.erase(open, close - open + 1);
  return text;
}

bool is_free_retype(const std::string& from, const std::string& to) {
  if (is_array(from) || is_array(to)) return false;
  const auto old_base = base_type(from);
  const auto new_base = base_type(to);
  const auto old_size = parameters(from);
  const auto new_size = parameters(to);
  const bool old_text = old_base == "text" || old_base == "character varying";
  const bool new_text = new_base == "text" || new_base == "character varying";
  if (old_text && new_text) return new_size.empty() || (!old_size.empty() && old_size[0] <= new_size[0]);
  if (old_base != new_base) return false;
  if (new_base == "numeric") {
    if (new_size.empty()) return true;
    return old_size.size() == 2 && new_size.size() == 2 && old_size[1] == new_size[1] && old_size[0] <= new_size[0];
  }
  const bool grows = new_base == "bit varying" || new_base == "interval";
  return grows && (new_size.empty() || (!old_size.empty() && old_size[0] <= new_size[0]));
}

std::string conversion(const std::string& column, const std::string& from, const std::string& to) {
  const auto old_family = family_of(base_type(from));
  const auto new_family = family_of(base_type(to));
  const std::size_t text = 4;
  const bool known = old_family < k_families.size() && old_family == new_family;
  const bool boolean = (base_type(from) == "boolean" && base_type(to) == "integer") ||
                       (base_type(from) == "integer" && base_type(to) == "boolean");
  const bool direct = known || boolean || old_family == text || new_family == text || base_type(from) == base_type(to);
  if (is_array(to) && !is_array(from)) return fmt::format("ARRAY[{}]::{}", column, to);
  if (!is_array(to) && is_array(from) && new_family != text) return fmt::format("{}[1]::{}", column, to);
  return fmt::format("{}{}::{}", column, direct ? "" : is_array(from) ? "::text[]" : "::text", to);
}

std::string retype_action(const Pair& pair) {
  const auto column = sql::quote_identifier(pair.to.id.name);
  const auto& old = pair.from.fact("type");
  const auto& wanted = pair.to.fact("type");
  std::string text = "ALTER COLUMN " + column + " TYPE " + type_clause(pair.to);
  const auto old_family = family_of(base_type(old));
  const bool implicit =
      is_array(old) == is_array(wanted) &&
      (base_type(old) == base_type(wanted) ||
       (old_family < 2 && old_family == family_of(base_type(wanted)) && base_type(old) != "oid" &&
        base_type(wanted) != "oid" && base_type(old) != "money" && base_type(wanted) != "money" && old_family != 1) ||
       (old_family == 4 && family_of(base_type(wanted)) == 4));
  if (pair.by_text) {
    if (is_array(old) && !is_array(wanted)) return fmt::format("{} USING {}[1]::text::{}", text, column, wanted);
    if (!is_array(old) && is_array(wanted)) return fmt::format("{} USING ARRAY[{}::text]::{}", text, column, wanted);
    const std::string_view way = is_array(old) ? "::text[]" : "::text";
    return fmt::format("{} USING {}{}::{}", text, column, way, wanted);
  }
  if (!implicit) text += " USING " + conversion(column, old, wanted);
  return text;
}

void alter_column(const Pair& pair, Writer& writer) {
  const Entity* whole = whole_of(pair.to_model, pair.to.id);
  const Kind kind = whole == nullptr ? Kind::table : whole->id.kind;
  if (kind == Kind::view || kind == Kind::materialized_view) return alter_view_column(pair, kind, writer);
  if (kind == Kind::composite_type) {
    if (pair.differs("type") != nullptr || pair.differs("collation") != nullptr) {
      writer.add(fmt::format("ALTER TYPE {} ALTER ATTRIBUTE {} TYPE {}", whole_name(pair.to.id),
                             sql::quote_identifier(pair.to.id.name), type_clause(pair.to)));
    }
    return;
  }
  ColumnChange(pair, writer).write();
  if (kind == Kind::foreign_table) alter_foreign(pair, writer);
}

}  // namespace migrate::schema::detail
