#pragma once
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "migrate/schema/model.hpp"

/// What makes two schemas differ, as plain data. Pure: no server is asked.
namespace migrate::schema {

/// `replace`: dropped and made anew, since PostgreSQL has no way to alter what differs.
enum class ChangeKind { create, drop, alter, rename, replace };

/// "create", "drop" …
std::string_view kind_name(ChangeKind kind) noexcept;

/// An attribute that differs. A fact is a list of one value; empty: absent.
struct AttributeChange {
  std::string name{};
  std::vector<std::string> from{}, to{};
  bool operator==(const AttributeChange&) const = default;
};

struct Change {
  ChangeKind kind = ChangeKind::create;
  EntityId from{};  ///< as it is called before; of a creation: as `to`
  EntityId to{};    ///< as it is called afterwards; of a drop: as `from`
  std::vector<AttributeChange> attributes{};

  /// Nothing when the attribute does not differ.
  [[nodiscard]] const AttributeChange* attribute(std::string_view name) const;
};

/// An entity of the old schema that goes on under another name in the same place.
struct Rename {
  EntityId from{};
  std::string to{};
};

/// A drop and a creation that look like one rename. Never applied by itself: dropping loses what renaming keeps.
struct Suggestion {
  EntityId from{};
  EntityId to{};
};

struct DiffOptions {
  std::vector<Rename> renames{};
  std::set<EntityKind> without{};  ///< kinds that are passed over, together with what is part of them
};

struct Differences {
  std::vector<Change> changes{};  ///< renames first, then in the order of EntityId
  std::vector<Suggestion> suggestions{};
};

/// What leads from one schema to the other. Parts of a table that comes or goes are not listed apart from it, except
/// what has a life of its own (sequences). Constraints, indexes and owned sequences that only the name tells apart are
/// renames. Throws base::Error when a rename given names what `from` does not have, or what is taken.
Differences diff(const Model& from, const Model& to, const DiffOptions& options = {});

/// `from` as it is after the renames that diff() would find or was given, and these, in the order they have to run.
struct Renamed {
  Model model;
  std::vector<Change> renames{};
};
Renamed apply_renames(const Model& from, const Model& to, const std::vector<Rename>& renames);

}  // namespace migrate::schema
