#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "migrate/catalog/detail/entity_reader.hpp"
#include "migrate/engine/result.hpp"
#include "migrate/schema/model.hpp"

namespace migrate::catalog::detail {

/// Which column of a Query's result is what; see Query.
class RowLayout {
 public:
  explicit RowLayout(const engine::Result& result);

  [[nodiscard]] schema::Entity read(schema::EntityKind kind, const engine::Result& result, int row) const;
  [[nodiscard]] std::optional<Address> address(const engine::Result& result, int row) const;
  /// Empty when there is none.
  [[nodiscard]] std::string_view match(const engine::Result& result, int row) const;

 private:
  static constexpr int k_none = -1;
  int schema_ = k_none, of_ = k_none, name_ = k_none, signature_ = k_none, position_ = k_none;
  int classid_ = k_none, objid_ = k_none, objsubid_ = k_none, match_ = k_none;
  std::vector<std::pair<int, std::string>> facts_;
  std::vector<std::pair<int, std::string>> lists_;
};

}  // namespace migrate::catalog::detail
