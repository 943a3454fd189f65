// A SQL revision is its header and sections. A section starts at a marker, a line of its own:
//
//   -- migrate:upgrade [transaction:true|false]
//   -- migrate:downgrade [transaction:true|false]
//
// A marker begins at the first column; blanks around "migrate:upgrade" do not matter. It is one wherever it stands,
// also inside quotes or COPY data: such a revision fails as unterminated instead of running in part.
#include "migrate/script/section.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "migrate/base/files.hpp"
#include "migrate/base/text.hpp"
#include "migrate/script/error.hpp"

namespace migrate::script {
namespace {

constexpr std::string_view k_marker_word = "migrate:";

struct Line {
  std::size_t begin;  ///< offset in the text
  std::size_t end;    ///< after the line break
  int number;
  std::string_view text;  ///< without the line break
};

/// What a marker line says, as written: "upgrade transaction:false".
std::optional<std::string_view> marker_of(std::string_view line) {
  if (!line.starts_with("--")) return std::nullopt;
  const auto words = base::trim(line.substr(2));
  if (!words.starts_with(k_marker_word)) return std::nullopt;
  return base::trim(words.substr(k_marker_word.size()));
}

/// A line that was surely meant as a marker: indented, capitals, or a blank in place of the colon.
bool is_near_marker(std::string_view line) {
  const auto words = base::trim(line);
  if (!words.starts_with("--")) return false;
  const auto said = base::to_lower(base::trim(words.substr(2)));
  for (const std::string_view direction : {"upgrade", "downgrade"}) {
    for (const char separator : {':', ' '}) {
      const auto wanted = fmt::format("migrate{}{}", separator, direction);
      if (said == wanted || said.starts_with(wanted + " transaction")) return true;
    }
  }
  return false;
}

/// Cuts one text; the members are the state of the walk over its lines.
class SectionReader {
 public:
  SectionReader(std::string text, const std::filesystem::path& path) : path_(path) {
    if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
    result_.text = std::move(text);
  }

  SqlRevision read() {
    check_text();
    std::size_t at = 0;
    for (int number = 1; at < result_.text.size(); ++number) {
      auto end = result_.text.find('\n', at);
      end = end == std::string::npos ? result_.text.size() : end + 1;
      auto text = std::string_view(result_.text).substr(at, end - at);
      take({at, end, number, text.substr(0, text.find_last_not_of("\r\n") + 1)});
      at = end;
    }
    close(at);
    if (!result_.upgrade) fail_without_upgrade();
    return std::move(result_);
  }

 private:
  [[noreturn]] void fail(int line, const std::string& what, std::string hint = {}) const {
    throw RevisionError(fmt::format("{}:{}: {}", path_.string(), line, what), std::move(hint));
  }

  void check_text() const {
    const auto line_of = [&](std::size_t at) {
      const auto before = std::string_view(result_.text).substr(0, at);
      return static_cast<int>(std::ranges::count(before, '\n')) + 1;
    };
    if (const auto at = result_.text.find('\0'); at != std::string::npos) {
      fail(line_of(at), "this is a binary file, SQL text is wanted");
    }
    if (const auto at = base::first_invalid_utf8(result_.text)) {
      fail(line_of(*at), "the text is not valid UTF-8", "Save the file as UTF-8.");
    }
  }

  void take(const Line& line) {
    if (const auto marker = marker_of(line.text)) return start_section(line, *marker);
    if (is_near_marker(line.text)) {
      fail(line.number, fmt::format("'{}' looks like a section marker but is none", base::trim(line.text)),
           "Write '-- migrate:upgrade' or '-- migrate:downgrade' at the start of the line.");
    }
    if (open_ == nullptr) note_text_before(line);
  }

  /// Only comments may stand above the first marker; anything else would silently not run.
  void note_text_before(const Line& line) {
    auto rest = base::trim(line.text);
    while (!rest.empty()) {
      if (comment_depth_ == 0 && rest.starts_with("--")) return;
      if (rest.starts_with("/*")) {
        ++comment_depth_;
        rest.remove_prefix(2);
      } else if (comment_depth_ > 0 && rest.starts_with("*/")) {
        --comment_depth_;
        rest = base::trim(rest.substr(2));
      } else if (comment_depth_ > 0) {
        rest.remove_prefix(1);
      } else {
        if (line_before_ == 0) line_before_ = line.number;
        return;
      }
    }
  }

  void start_section(const Line& line, std::string_view marker) {
    const auto direction = marker.substr(0, marker.find_first_of(" \t"));
    if (direction != "upgrade" && direction != "downgrade") fail_unknown_marker(line, direction);
    if (line_before_ != 0) {
      fail(line_before_, "this stands above the first section and would never run",
           fmt::format("Move it below the marker in line {}.", line.number));
    }
    close(line.begin);
    auto& section = direction == "upgrade" ? result_.upgrade : result_.downgrade;
    if (section) {
      fail(line.number,
           fmt::format("there is a second {} section; the first is in line {}", direction, section->marker_line),
           "Join the two.");
    }
    section.emplace();
    section->marker_line = line.number;
    section->body.offset = line.end;
    read_options(line, marker.substr(direction.size()), *section);
    open_ = &*section;
  }

  [[noreturn]] void fail_unknown_marker(const Line& line, std::string_view direction) const {
    const bool is_up = base::to_lower(direction).starts_with("up");
    const bool is_down = base::to_lower(direction).starts_with('d');
    fail(line.number, fmt::format("unknown section '-- migrate:{}'", direction),
         is_up || is_down ? fmt::format("Did you mean '-- migrate:{}'?", is_up ? "upgrade" : "downgrade")
                          : "Sections are '-- migrate:upgrade' and '-- migrate:downgrade'.");
  }

  void read_options(const Line& line, std::string_view options, Section& section) const {
    for (const auto piece : base::split(base::trim(options), ' ')) {
      const auto option = base::trim(piece);
      if (option.empty()) continue;
      if (option != "transaction:true" && option != "transaction:false") {
        fail(line.number, fmt::format("unknown section option '{}'", option),
             "The one option is 'transaction:false' (or true), written without a blank.");
      }
      section.transaction = option == "transaction:true";
    }
  }

  void close(std::size_t end) {
    if (open_ != nullptr) open_->body.length = end - open_->body.offset;
    open_ = nullptr;
  }

  [[noreturn]] void fail_without_upgrade() const {
    const int line = line_before_ != 0 ? line_before_ : 1;
    fail(line, "there is no upgrade section",
         line_before_ != 0 ? fmt::format("Add the line '-- migrate:upgrade' above line {}.", line)
                           : "Add the line '-- migrate:upgrade' below the header and the SQL below it.");
  }

  const std::filesystem::path& path_;
  SqlRevision result_;
  Section* open_ = nullptr;
  int comment_depth_ = 0;
  int line_before_ = 0;  ///< first line above all sections that is more than a comment
};

}  // namespace

std::string_view to_string(Direction direction) {
  return direction == Direction::upgrade ? "upgrade" : "downgrade";
}

SqlRevision load_sql_revision(const std::filesystem::path& path) {
  return parse_sql_revision(base::read_file(path), path);
}

SqlRevision load_sql_revision(const Revision& revision) {
  if (!revision.text) return load_sql_revision(revision.path);
  return parse_sql_revision(std::string(*revision.text), revision.path);
}

SqlRevision parse_sql_revision(std::string text, const std::filesystem::path& path) {
  return SectionReader(std::move(text), path).read();
}

}  // namespace migrate::script
