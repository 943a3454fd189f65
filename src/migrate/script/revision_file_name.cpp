#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "migrate/base/error.hpp"
#include "migrate/base/text.hpp"
#include "migrate/script/new_revision.hpp"
#include "migrate/script/time_zone.hpp"

namespace migrate::script {
namespace {

/// Longest name of a file or directory that Linux takes, in bytes.
constexpr std::size_t k_longest_name = 255;

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

class FileTemplate {
 public:
  explicit FileTemplate(const NewRevision& revision)
      : revision_(revision), text_(revision.file_template), time_(in_time_zone(revision.created, revision.timezone)) {}

  std::string expand() {
    if (text_.find("%(") != std::string_view::npos) fail("\"%(\" is Python's notation", "Write {rev} for %(rev)s.");
    std::string result;
    for (std::size_t at = 0; at < text_.size(); ++at) {
      const auto pair = text_.substr(at, 2);
      if (pair == "{{" || pair == "}}") {
        result += text_[at++];
      } else if (text_[at] == '{') {
        const auto end = text_.find('}', at);
        if (end == std::string_view::npos)
          fail("a '{' is never closed", "Write {rev}, or {{ for the character itself.");
        result += token(text_.substr(at + 1, end - at - 1));
        at = end;
      } else if (text_[at] == '}') {
        fail("a '}' closes nothing", "Write }} for the character itself.");
      } else {
        result += text_[at];
      }
    }
    return result;
  }

  [[noreturn]] void fail(std::string_view message, std::string_view hint = {}) const {
    std::string shown(text_);
    std::ranges::replace_if(shown, is_control, '?');
    throw base::Error(fmt::format("file_template \"{}\": {}", shown, message), std::string(hint));
  }

 private:
  std::string token(std::string_view inside) const {
    const auto name = inside.substr(0, inside.find(':'));
    const auto format = name.size() == inside.size() ? std::string_view() : inside.substr(name.size() + 1);
    if (name == "rev" || name == "slug") {
      if (!format.empty()) fail(fmt::format("{{{}}} takes no width", name), fmt::format("Write {{{}}}.", name));
      return name == "rev" ? revision_.revision.id : slug(revision_.revision.message, longest_slug());
    }
    const auto number = number_of(name);
    if (!number) {
      fail_token(name);
    }
    return padded(*number, format);
  }

  [[noreturn]] void fail_token(std::string_view name) const {
    const std::vector<std::string> known = {"rev", "slug", "year", "month", "day", "hour", "minute", "second", "epoch"};
    const auto near = base::nearest(name, known);
    fail(fmt::format("unknown token {{{}}}", name),
         fmt::format("{}Known: {{{}}}.", near ? fmt::format("Did you mean {{{}}}? ", *near) : "",
                     base::join(known, "} {")));
  }

  /// As in Alembic, 0 asks for the usual length.
  [[nodiscard]] std::size_t longest_slug() const {
    return revision_.truncate_slug_length == 0 ? 40 : revision_.truncate_slug_length;
  }

  [[nodiscard]] std::optional<std::int64_t> number_of(std::string_view name) const {
    if (name == "year") return time_.year;
    if (name == "month") return time_.month;
    if (name == "day") return time_.day;
    if (name == "hour") return time_.hour;
    if (name == "minute") return time_.minute;
    if (name == "second") return time_.second;
    if (name != "epoch") return std::nullopt;
    return std::chrono::floor<std::chrono::seconds>(revision_.created).time_since_epoch().count();
  }

  [[nodiscard]] std::string padded(std::int64_t number, std::string_view format) const {
    auto width = format;
    const bool zeros = width.starts_with('0');
    if (width.ends_with('d')) width.remove_suffix(1);
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    if (width.size() > (zeros ? 3 : 2) || !std::ranges::all_of(width, is_digit)) {
      fail(fmt::format("\":{}\" is not a width", format), "Write {month:02} for two digits.");
    }
    int columns = 0;
    for (const char digit : width) columns = columns * 10 + (digit - '0');
    return zeros ? fmt::format("{:0{}}", number, columns) : fmt::format("{:{}}", number, columns);
  }

  const NewRevision& revision_;
  std::string_view text_;
  ZonedTime time_;
};

void check_parts(const std::filesystem::path& path, const FileTemplate& source) {
  if (path.is_absolute()) source.fail("gives an absolute path", "The file goes below the version location.");
  for (const auto& part : path) {
    const auto& name = part.native();
    if (name == "." || name == "..")
      source.fail(fmt::format("gives a path with \"{}\" in it", name), "Remove that part.");
    if (name.size() > k_longest_name) {
      source.fail(fmt::format("gives a name of {} bytes; {} are possible", name.size(), k_longest_name),
                  "Lower truncate_slug_length.");
    }
  }
}

}  // namespace

std::filesystem::path revision_file_name(const NewRevision& revision) {
  FileTemplate source(revision);
  if (revision.revision.id.find('/') != std::string::npos) {
    source.fail(
        fmt::format("the revision id \"{}\" has a '/' in it, which a file name cannot hold", revision.revision.id),
        "Choose another id.");
  }
  std::string name = source.expand();
  if (std::ranges::any_of(name, is_control)) source.fail("gives a name with a control character in it");
  // An empty slug must not leave "3f2a…_" behind.
  if (slug(revision.revision.message).empty()) name.resize(name.find_last_not_of("_-. ") + 1);
  name += revision.revision.type == RevisionType::sql ? ".sql" : ".cpp";
  std::filesystem::path path(name);
  check_parts(path, source);
  if (path.filename().native().starts_with('.')) source.fail("gives no file name", "Write {rev}_{slug}, for example.");
  return path;
}

}  // namespace migrate::script
