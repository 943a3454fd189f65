#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "migrate/script/revision.hpp"
#include "migrate/sql/statement.hpp"

namespace migrate::script {

enum class Direction { upgrade, downgrade };

std::string_view to_string(Direction direction);

/// One `-- migrate:upgrade` or `-- migrate:downgrade` part of a SQL revision.
struct Section {
  sql::Range body;          ///< bytes of the file between this marker's line and the next marker or the end
  bool transaction = true;  ///< false: "transaction:false" stands at the marker
  int marker_line = 1;
};

/// A SQL revision with its text. Offsets of sections count in `text`, so positions map straight to lines of the file.
struct SqlRevision {
  std::string text;  ///< the file without BOM, CRLF kept
  std::optional<Section> upgrade;
  std::optional<Section> downgrade;  ///< nothing: the revision is irreversible

  [[nodiscard]] const std::optional<Section>& section(Direction direction) const {
    return direction == Direction::upgrade ? upgrade : downgrade;
  }
};

/// Loads and cuts a SQL revision. Throws RevisionError (file:line) for invalid UTF-8, binary data, an unknown marker or
/// option, a section given twice, text before the first marker that is not a comment, or no upgrade section.
SqlRevision load_sql_revision(const std::filesystem::path& path);
/// The same of a revision of the graph, whose text may be a bundle's.
SqlRevision load_sql_revision(const Revision& revision);
SqlRevision parse_sql_revision(std::string text, const std::filesystem::path& path);

}  // namespace migrate::script
