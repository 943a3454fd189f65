#include "migrate/catalog/detail/row_layout.hpp"

#include <array>

#include "migrate/engine/codecs.hpp"

namespace migrate::catalog::detail {
namespace {

std::string text_at(const engine::Result& result, int row, int column) {
  return column < 0 ? std::string() : std::string(result.get(row, column).value_or(""));
}

}  // namespace

RowLayout::RowLayout(const engine::Result& result) {
  const std::array<std::pair<std::string_view, int*>, 9> places{{{"schema", &schema_},
                                                                 {"of", &of_},
                                                                 {"name", &name_},
                                                                 {"signature", &signature_},
                                                                 {"position", &position_},
                                                                 {"classid", &classid_},
                                                                 {"objid", &objid_},
                                                                 {"objsubid", &objsubid_},
                                                                 {"match", &match_}}};
  for (int column = 0; column < result.columns(); ++column) {
    const std::string_view name = result.column_name(column);
    bool known = false;
    for (const auto& [word, place] : places) {
      if (name != word) continue;
      *place = column;
      known = true;
    }
    if (known) continue;
    if (name.ends_with("[]")) {
      lists_.emplace_back(column, name.substr(0, name.size() - 2));
    } else {
      facts_.emplace_back(column, name);
    }
  }
}

schema::Entity RowLayout::read(schema::EntityKind kind, const engine::Result& result, int row) const {
  schema::Entity entity;
  entity.id = {kind, text_at(result, row, schema_), text_at(result, row, of_), text_at(result, row, name_),
               text_at(result, row, signature_)};
  if (position_ >= 0) entity.position = result.get<int>(row, position_);
  for (const auto& [column, name] : facts_) {
    if (const auto text = result.get(row, column)) entity.facts.emplace(name, *text);
  }
  for (const auto& [column, name] : lists_) {
    const auto text = result.get(row, column);
    if (!text) continue;
    auto values = engine::Codec<std::vector<std::string>>::decode(*text);
    if (!values.empty()) entity.lists.emplace(name, std::move(values));
  }
  return entity;
}

std::optional<Address> RowLayout::address(const engine::Result& result, int row) const {
  if (classid_ < 0 || objid_ < 0) return std::nullopt;
  Address address{result.get<std::uint32_t>(row, classid_), result.get<std::uint32_t>(row, objid_), 0};
  if (objsubid_ >= 0) address.column = result.get<std::int32_t>(row, objsubid_);
  return address;
}

std::string_view RowLayout::match(const engine::Result& result, int row) const {
  if (match_ < 0) return {};
  return result.get(row, match_).value_or(std::string_view());
}

}  // namespace migrate::catalog::detail
