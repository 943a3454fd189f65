#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace migrate::script {

enum class RevisionType { sql, cpp };

/// Longest id that Alembic's version table can hold (VARCHAR(32)).
inline constexpr std::size_t k_longest_id = 32;

/// The facts of a revision file's header.
struct Revision {
  std::string id;
  std::vector<std::string> down_revisions;  ///< full ids in written order; none: a base; several: a merge
  std::vector<std::string> depends_on;      ///< as written: ids, partial ids or labels
  std::vector<std::string> branch_labels;   ///< declared in this file
  std::string message;                      ///< all lines before the first key, joined by newlines
  std::string created;                      ///< as written
  std::filesystem::path path;
  RevisionType type = RevisionType::sql;
  bool transaction = true;  ///< C++ only: the header's "transaction:" key
  /// Bundled: the file's text, kept alive by the archive it comes from; `path` then only names it. Nothing: read
  /// `path`.
  std::optional<std::string_view> text;

  /// First line of the message.
  [[nodiscard]] std::string_view title() const { return std::string_view(message).substr(0, message.find('\n')); }
};

/// Reads the header of one file: only as many bytes as it takes. Throws RevisionError (with file:line) or FileError.
Revision read_revision(const std::filesystem::path& path);

/// Same from text in memory; `path` names it in errors and gives the type by its extension.
Revision parse_header(std::string_view text, const std::filesystem::path& path);

/// Refuses what a revision id may not be: empty, longer than 32 characters, with a blank or one of @ - + : , or a
/// control character, or a word with a meaning (head, heads, base, current). `where` starts the message. Throws
/// RevisionError.
void check_revision_id(std::string_view id, std::string_view where);

/// Refuses what a branch label may not be: empty, with a blank or one of @ : , or a control character, with + or - in
/// front, or a word with a meaning. `where` starts the message. Throws RevisionError.
void check_branch_label(std::string_view label, std::string_view where);

}  // namespace migrate::script
