#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "migrate/script/revision_graph.hpp"

namespace migrate::script::detail {

/// A revision, or nothing: the state before the first one.
using Place = std::optional<Index>;

/// One identifier cut into its parts: [branch@][symbol][±offset]. Only `branch@` and an offset may stand without
/// symbol.
struct Identifier {
  std::string text;                   ///< as the user wrote it
  std::optional<std::string> branch;  ///< before the '@'
  std::string symbol;                 ///< empty: the offset counts from where the database stands
  std::optional<long long> offset;
};

/// Cuts an identifier. A word that is an id or label as a whole is never read as an offset. Throws ResolutionError.
Identifier parse_identifier(const RevisionGraph& graph, std::string_view text);

/// Whether the word means something only together with the version table: `current` and what counts from it.
bool stands_on_rows(std::string_view identifier);

/// What identifiers mean in this graph, for a database with these rows. The one place where words become revisions;
/// commands differ only in where a bare offset counts from. All members throw ResolutionError.
class Resolver {
 public:
  Resolver(const RevisionGraph& graph, std::span<const Index> rows) : graph_(graph), rows_(rows) {}

  /// For show, stamp, merge, history: a bare -N counts down from each head, a bare +N up from where the database is.
  [[nodiscard]] std::vector<Index> revisions(const Identifier& identifier) const;
  /// The same for the target of an upgrade: a bare -N is refused.
  [[nodiscard]] std::vector<Index> upgrade_targets(const Identifier& identifier) const;

  struct Downgrade {
    Place target;                      ///< stays applied; nothing: base
    std::optional<Index> only_toward;  ///< of several children of the target, only those it stands on go, or it itself
  };
  [[nodiscard]] Downgrade downgrade_target(const Identifier& identifier) const;

  /// The revision that carries the label, or has the id or its only prefix.
  [[nodiscard]] Index branch(std::string_view word) const;
  /// Revisions above and below, by parent links, itself included.
  [[nodiscard]] std::vector<bool> lineage(Index of) const;

 private:
  [[nodiscard]] Index named(std::string_view word, std::optional<Index> branch, const Identifier& identifier) const;
  [[nodiscard]] std::vector<Index> symbol_revisions(const Identifier& identifier) const;
  [[nodiscard]] Place symbol_place(const Identifier& identifier) const;
  [[nodiscard]] std::vector<Index> heads(const Identifier& identifier, bool real) const;
  [[nodiscard]] std::vector<Index> below_heads(const Identifier& identifier) const;
  [[nodiscard]] Index above_rows(const Identifier& identifier) const;
  [[nodiscard]] Place start_of_branch(const Identifier& identifier) const;
  [[nodiscard]] std::vector<Index> implied_tips(const std::vector<bool>& lineage) const;
  [[nodiscard]] Downgrade below_row(const Identifier& identifier) const;
  [[nodiscard]] Place walk(Place from, const Identifier& identifier) const;
  [[nodiscard]] Index walk_to_revision(Place from, const Identifier& identifier) const;
  [[nodiscard]] Place walk_up(Place from, const Identifier& identifier) const;
  [[nodiscard]] Place walk_down(Place from, const Identifier& identifier) const;
  [[nodiscard]] std::vector<Index> rows_on(const std::vector<bool>& lineage) const;

  const RevisionGraph& graph_;
  std::span<const Index> rows_;
};

/// Ids with their labels and titles, for the candidates of a message.
std::string described(const RevisionGraph& graph, std::span<const Index> revisions);

}  // namespace migrate::script::detail
