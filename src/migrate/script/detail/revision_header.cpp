// The header of a revision file:
//
//   -- one or more lines of message
//   --
//   -- revision: b03417887b93
//   -- down_revision: e9844b552bfa
//
// The leading run of comment lines; the first line with a known key starts the keys. C++ files have // in place of --.
#include "migrate/script/detail/revision_header.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "migrate/base/text.hpp"
#include "migrate/script/error.hpp"

namespace migrate::script::detail {
namespace {

enum class Key { revision, down_revision, branch_labels, depends_on, created, transaction };

constexpr std::array<std::string_view, 6> k_keys = {"revision",   "down_revision", "branch_labels",
                                                    "depends_on", "created",       "transaction"};
constexpr std::string_view k_byte_order_mark = "\xEF\xBB\xBF";

std::optional<Key> key_named(std::string_view word) {
  const auto found = std::ranges::find(k_keys, word);
  if (found == k_keys.end()) return std::nullopt;
  return static_cast<Key>(found - k_keys.begin());
}

std::optional<std::string> nearest_key(std::string_view word) {
  static const std::vector<std::string> keys(k_keys.begin(), k_keys.end());
  return base::nearest(base::replace_all(base::to_lower(word), "-", "_"), keys);
}

/// `word: value` with an identifier as word.
struct Field {
  std::string_view word;
  std::string_view value;
};

std::optional<Field> as_field(std::string_view line) {
  const auto colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0) return std::nullopt;
  const auto word = base::trim(line.substr(0, colon));
  const bool identifier = std::ranges::all_of(word, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
  if (word.empty() || !identifier) return std::nullopt;
  return Field{word, base::trim(line.substr(colon + 1))};
}

/// A mistyped key with a value such as keys have: one word or nothing.
bool looks_mistyped(std::string_view line) {
  const auto field = as_field(line);
  if (!field || key_named(field->word)) return false;
  const bool one_word = field->value.find_first_of(" \t") == std::string_view::npos;
  return one_word && nearest_key(field->word).has_value();
}

std::string_view next_line(std::string_view& rest) {
  const auto end = rest.find('\n');
  const auto line = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  return line.ends_with('\r') ? line.substr(0, line.size() - 1) : line;
}

bool is_marker(std::string_view line, std::string_view comment) {
  return comment == "--" && base::trim(line.substr(2)).starts_with("migrate:");
}

class HeaderReader {
 public:
  HeaderReader(const std::filesystem::path& path, RevisionType type) : path_(path), comment_(comment_of(type)) {
    revision_.type = type;
  }

  Revision read(std::string_view text) {
    if (text.starts_with(k_byte_order_mark)) text.remove_prefix(k_byte_order_mark.size());
    check_text(text.substr(0, header_extent(text, comment_).length), text);
    auto rest = text;
    while (!rest.empty()) {
      const auto line = next_line(rest);
      if (!line.starts_with(comment_) || is_marker(line, comment_)) break;
      ++line_;
      take(line.substr(comment_.size()));
    }
    if (!seen_[0]) fail_without_revision(text);
    revision_.message = message();
    return std::move(revision_);
  }

 private:
  [[noreturn]] void fail(std::size_t line, const std::string& what, std::string hint = {}) const {
    throw RevisionError(fmt::format("{}:{}: {}", path_.string(), line, what), std::move(hint));
  }

  void check_text(std::string_view header, std::string_view text) const {
    const auto line_of = [&](std::size_t at) {
      return static_cast<std::size_t>(std::ranges::count(text.substr(0, at), '\n')) + 1;
    };
    if (const auto at = header.find('\0'); at != std::string_view::npos) {
      fail(line_of(at), "this is a binary file, not a revision", "Move it out of the directory of revisions.");
    }
    if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) {
      fail(1, "the file is UTF-16, a revision must be UTF-8", "Save it as UTF-8.");
    }
    if (const auto at = base::first_invalid_utf8(header)) {
      fail(line_of(*at), "the text is not valid UTF-8", "Save the file as UTF-8.");
    }
  }

  void take(std::string_view raw) {
    const auto line = base::trim(raw);
    const auto field = as_field(line);
    const auto key = field ? key_named(field->word) : std::nullopt;
    if (key) {
      if (!in_keys_) check_lines_above();
      in_keys_ = true;
      set(*key, field->value);
    } else if (!in_keys_) {
      lines_.push_back(raw.starts_with(' ') ? raw.substr(1) : raw);
    } else if (field) {
      fail_unknown_key(line_, field->word);
    } else if (!line.empty()) {
      fail(line_, fmt::format("'{}' is neither a key nor its value", line),
           "Put the message above the keys, other comments below an empty line.");
    }
  }

  /// A mistyped key in the same block as the known ones must not end as part of the message.
  void check_lines_above() const {
    for (std::size_t i = lines_.size(); i > 0 && !base::trim(lines_[i - 1]).empty(); --i) {
      const auto line = base::trim(lines_[i - 1]);
      if (looks_mistyped(line)) fail_unknown_key(i, as_field(line)->word);
    }
  }

  [[noreturn]] void fail_unknown_key(std::size_t line, std::string_view word) const {
    const auto near = nearest_key(word);
    fail(line, fmt::format("unknown header key '{}'", word),
         near ? fmt::format("Did you mean '{}'?", *near)
              : "Known keys: revision, down_revision, branch_labels, depends_on, created.");
  }

  [[noreturn]] void fail_without_revision(std::string_view text) const {
    check_text(text, text);
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      const auto line = base::trim(lines_[i]);
      if (!looks_mistyped(line)) continue;
      fail(i + 1, fmt::format("the header has no 'revision:' line, but '{}'", line),
           fmt::format("Did you mean '{}'?", *nearest_key(as_field(line)->word)));
    }
    auto rest = text;
    for (std::size_t number = 1; !rest.empty(); ++number) {
      const auto line = next_line(rest);
      if (!line.starts_with(comment_)) continue;
      const auto field = as_field(base::trim(line.substr(comment_.size())));
      if (!field || field->word != "revision") continue;
      fail(
          line_ + 1, "the header has no 'revision:' line: it ends here",
          fmt::format("'revision:' stands in line {}. Only the comment lines at the very top are the header.", number));
    }
    fail(
        1, "the header has no 'revision:' line",
        fmt::format("Start the file with '{0} MESSAGE', '{0} revision: ID' and '{0} down_revision: PARENT', or move it "
                    "out of the directory of revisions.",
                    comment_));
  }

  void set(Key key, std::string_view value) {
    if (std::exchange(seen_[static_cast<std::size_t>(key)], true)) {
      fail(line_, fmt::format("the key '{}' is given twice", k_keys[static_cast<std::size_t>(key)]));
    }
    switch (key) {
      case Key::revision:
        return set_id(value);
      case Key::down_revision:
        return set_parents(value);
      case Key::branch_labels:
        return set_labels(value);
      case Key::depends_on:
        revision_.depends_on = list(value);
        return;
      case Key::created:
        revision_.created = value;
        return;
      case Key::transaction:
        return set_transaction(value);
    }
  }

  void set_id(std::string_view value) {
    check_revision_id(value, fmt::format("{}:{}", path_.string(), line_));
    revision_.id = value;
  }

  /// Comma separated; "None" is what Alembic writes for nothing. A word named twice counts once.
  static std::vector<std::string> list(std::string_view value) {
    std::vector<std::string> items;
    if (value.empty() || value == "None") return items;
    if (value.find(',') == std::string_view::npos) return {std::string(value)};
    for (auto& item : base::split_list(value)) {
      if (std::ranges::find(items, item) == items.end()) items.push_back(std::move(item));
    }
    return items;
  }

  void set_parents(std::string_view value) {
    revision_.down_revisions = list(value);
    for (const auto& parent : revision_.down_revisions) {
      if (parent == "base") fail(line_, "a base has no down_revision", "Leave the value empty.");
    }
  }

  void set_labels(std::string_view value) {
    revision_.branch_labels = list(value);
    for (const auto& label : revision_.branch_labels) {
      check_branch_label(label, fmt::format("{}:{}", path_.string(), line_));
    }
  }

  void set_transaction(std::string_view value) {
    if (revision_.type == RevisionType::sql) {
      fail(line_, "'transaction' is no header key of a SQL revision",
           "Write it at the section: -- migrate:upgrade transaction:false");
    }
    if (value != "true" && value != "false") {
      fail(line_, fmt::format("transaction must be true or false, not '{}'", value));
    }
    revision_.transaction = value == "true";
  }

  std::string message() const {
    const auto blank = [](std::string_view line) { return base::trim(line).empty(); };
    const auto first = std::ranges::find_if_not(lines_, blank);
    std::string text;
    for (auto line = first; line != lines_.end(); ++line) {
      if (line != first) text += '\n';
      text += line->substr(0, line->find_last_not_of(" \t\r") + 1);
    }
    text.erase(text.find_last_not_of('\n') + 1);
    return text;
  }

  const std::filesystem::path& path_;
  std::string_view comment_;
  Revision revision_;
  std::vector<std::string_view> lines_;  ///< the message so far; line i + 1 of the file
  std::array<bool, k_keys.size()> seen_{};
  std::size_t line_ = 0;
  bool in_keys_ = false;
};

}  // namespace

HeaderExtent header_extent(std::string_view text, std::string_view comment) {
  std::size_t at = text.starts_with(k_byte_order_mark) ? k_byte_order_mark.size() : 0;
  while (at < text.size()) {
    const auto rest = text.substr(at);
    if (rest.size() < comment.size() && comment.starts_with(rest)) return {text.size(), false};
    if (!rest.starts_with(comment)) return {at, true};
    const auto end = rest.find('\n');
    if (end == std::string_view::npos) return {text.size(), false};
    if (is_marker(rest.substr(0, end), comment)) return {at, true};
    at += end + 1;
  }
  return {text.size(), false};
}

std::optional<RevisionType> type_of(std::string_view file_name) {
  if (file_name.starts_with('.')) return std::nullopt;
  if (file_name.ends_with(".sql")) return RevisionType::sql;
  if (file_name.ends_with(".cpp")) return RevisionType::cpp;
  return std::nullopt;
}

std::string_view comment_of(RevisionType type) {
  return type == RevisionType::cpp ? "//" : "--";
}

Revision read_fields(std::string_view text, const std::filesystem::path& path, RevisionType type) {
  return HeaderReader(path, type).read(text);
}

}  // namespace migrate::script::detail
