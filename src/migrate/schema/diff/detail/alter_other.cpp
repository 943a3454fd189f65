#include <fmt/format.h>

#include <algorithm>

#include "migrate/schema/diff/detail/alter.hpp"
#include "migrate/schema/diff/detail/create.hpp"
#include "migrate/schema/diff/detail/rewrite.hpp"
#include "migrate/sql/quote.hpp"

namespace migrate::schema::detail {
namespace {

using Kind = EntityKind;

void add_values(const Pair& pair, Writer& writer) {
  const auto& old = pair.from.list("labels");
  const auto& wanted = pair.to.list("labels");
  const auto head = "ALTER TYPE " + name_of(pair.to.id) + " ADD VALUE ";
  std::size_t at_end = wanted.size();
  while (at_end > 0 && std::ranges::find(old, wanted[at_end - 1]) == old.end()) --at_end;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (std::ranges::find(old, wanted[i]) != old.end()) continue;
    std::string text = head + sql::quote_literal(wanted[i]);
    if (i < at_end) {
      text += i == 0 ? " BEFORE " + sql::quote_literal(old.front()) : " AFTER " + sql::quote_literal(wanted[i - 1]);
    }
    writer
        .add(std::move(text),
             {{HazardKind::irreversible, "a value of an enum cannot be taken away again without rebuilding the type"}})
        .outside = true;
  }
}

void alter_domain(const Pair& pair, Writer& writer) {
  const auto head = "ALTER DOMAIN " + name_of(pair.to.id);
  if (pair.differs("default") != nullptr) {
    writer.add(head + (pair.to.has("default") ? " SET DEFAULT " + pair.to.fact("default") : " DROP DEFAULT"));
  }
  if (pair.differs("not_null") == nullptr) return;
  if (pair.to.has("not_null")) {
    writer.add(head + " SET NOT NULL", {{HazardKind::scan, "reads every table that uses " + describe(pair.to.id)}});
  } else {
    writer.add(head + " DROP NOT NULL");
  }
}

/// OPTIONS (ADD a 'x', SET b 'y', DROP c); each item is "name 'value'".
std::string option_changes(const std::vector<std::string>& old, const std::vector<std::string>& wanted) {
  const auto name = [](const std::string& item) { return item.substr(0, item.find(" '")); };
  const auto has = [&](const std::vector<std::string>& items, const std::string& item) {
    return std::ranges::any_of(items, [&](const std::string& other) { return name(other) == name(item); });
  };
  std::vector<std::string> parts;
  for (const auto& item : old) {
    if (!has(wanted, item)) parts.push_back("DROP " + name(item));
  }
  for (const auto& item : without(wanted, old)) parts.push_back((has(old, item) ? "SET " : "ADD ") + item);
  return parts.empty() ? std::string() : " OPTIONS (" + joined(parts) + ")";
}

bool fits(const std::string& value, const std::string& low, const std::string& high) {
  return std::stold(value) >= std::stold(low) && std::stold(value) <= std::stold(high);
}

}  // namespace

void alter_type(const Pair& pair, Writer& writer) {
  if (pair.to.id.kind == Kind::domain) return alter_domain(pair, writer);
  if (pair.differs("labels") != nullptr) add_values(pair, writer);
}

void alter_sequence(const Pair& pair, Writer& writer) {
  const auto head = "ALTER SEQUENCE " + name_of(pair.to.id);
  if (pair.differs("persistence") != nullptr) {
    writer.add(head + (pair.to.fact("persistence") == "unlogged" ? " SET UNLOGGED" : " SET LOGGED"));
  }
  const auto type_of = [](const Entity& sequence) {
    return sequence.has("type") ? sequence.fact("type") : std::string("bigint");
  };
  const auto type = type_of(pair.to);
  std::string text;
  const bool retyped = type != type_of(pair.from);
  if (retyped) text += " AS " + type;
  const auto now = [&](std::string_view name) { return sequence_fact(pair.to, "", name, type); };
  const auto was = [&](std::string_view name) { return sequence_fact(pair.from, "", name, type_of(pair.from)); };
  for (const auto& [fact, words] : {std::pair{"increment", "INCREMENT BY"},
                                    {"min", "MINVALUE"},
                                    {"max", "MAXVALUE"},
                                    {"start", "START WITH"},
                                    {"cache", "CACHE"}}) {
    const bool bound = std::string_view(fact) == "min" || std::string_view(fact) == "max";
    if (now(fact) != was(fact) || (retyped && bound)) text += fmt::format(" {} {}", words, now(fact));
  }
  if (now("cycle") != was("cycle")) text += now("cycle") == "true" ? " CYCLE" : " NO CYCLE";
  if (text.empty()) return;
  std::vector<Hazard> hazards;
  if (!fits(was("start"), now("min"), now("max"))) {
    text += " RESTART WITH " + now("start");
    hazards.push_back(
        {HazardKind::data_loss, describe(pair.to.id) + " starts again: its old values are out of bounds"});
  }
  writer.add(head + text, std::move(hazards));
}

void alter_publication(const Pair& pair, Writer& writer) {
  const auto head = "ALTER PUBLICATION " + name_of(pair.to.id);
  if (pair.differs("tables") != nullptr || pair.differs("schemas") != nullptr) {
    const auto objects = publication_objects(pair.to);
    if (!objects.empty()) {
      writer.add(head + " SET " + objects);
    } else {
      Entity plain = pair.from;
      for (auto& table : plain.lists["tables"]) {
        const auto parts = name_parts(table);
        if (parts.size() >= 2) table = sql::quote_qualified(parts[0], parts[1]);
      }
      writer.add(head + " DROP " + publication_objects(plain));
    }
  }
  if (pair.differs("publish") != nullptr || pair.differs("via_root") != nullptr) {
    writer.add(head + " SET (" + publication_options(pair.to) + ")");
  }
}

void alter_foreign(const Pair& pair, Writer& writer) {
  const bool column = pair.to.id.kind == Kind::column;
  const auto list = column ? "fdw_options" : "options";
  std::string text;
  for (const auto* name : {"handler", "validator"}) {
    if (pair.differs(name) == nullptr) continue;
    const std::string word = std::string_view(name) == "handler" ? "HANDLER" : "VALIDATOR";
    text += pair.to.has(name) ? " " + word + " " + pair.to.fact(name) : " NO " + word;
  }
  const bool versioned = pair.to.id.kind == Kind::foreign_server && pair.differs("version") != nullptr;
  if (versioned) text += " VERSION " + sql::quote_literal(pair.to.fact("version"));
  if (pair.differs(list) != nullptr) text += option_changes(pair.from.list(list), pair.to.list(list));
  if (text.empty()) return;
  if (column) {
    writer.add(fmt::format("ALTER FOREIGN TABLE {} ALTER COLUMN {}{}", whole_name(pair.to.id),
                           sql::quote_identifier(pair.to.id.name), text));
  } else {
    writer.add("ALTER " + object_words(pair.to_model, pair.to.id) + text);
  }
}

}  // namespace migrate::schema::detail
