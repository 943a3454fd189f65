#include "migrate/script/new_revision.hpp"

#include <fmt/format.h>
#include <sys/random.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "migrate/base/error.hpp"
#include "migrate/base/text.hpp"
#include "migrate/script/detail/unicode_words.hpp"
#include "migrate/script/error.hpp"
#include "migrate/script/template.hpp"
#include "migrate/script/time_zone.hpp"

namespace migrate::script {
namespace {

constexpr std::string_view k_no_message = "empty message";

std::string_view comment_sign(RevisionType type) {
  return type == RevisionType::sql ? "--" : "//";
}

/// Lines of the message without trailing blanks and without empty lines around. A carriage return ends a SQL comment,
/// so it ends a line here.
std::vector<std::string> message_lines(std::string_view message) {
  std::string text = base::replace_all(base::replace_all(message, "\r\n", "\n"), "\r", "\n");
  std::vector<std::string> lines;
  for (const auto line : base::split(base::trim(text), '\n')) {
    const auto last = line.find_last_not_of(" \t\f\v");
    lines.emplace_back(line.substr(0, last == std::string_view::npos ? 0 : last + 1));
  }
  return lines;
}

/// Whether a header with this line in its message gives the line back.
bool reads_back(std::string_view line, RevisionType type) {
  const auto sign = comment_sign(type);
  const std::string_view path = type == RevisionType::sql ? "message.sql" : "message.cpp";
  try {
    return parse_header(fmt::format("{0} {1}\n{0}\n{0} revision: a\n", sign, line), path).message == line;
  } catch (const RevisionError&) {
    return false;
  }
}

void check_lines(const std::vector<std::string>& lines, RevisionType type) {
  for (const auto& line : lines) {
    if (line.empty() || reads_back(line, type)) continue;
    throw base::Error(fmt::format("the message of the new revision has a line that reads like a key: \"{}\"", line),
                      "Put another word before it: the header of the file has keys of its own.");
  }
}

/// The message as it stands in the header behind one comment sign: the lines after the first bring their own.
std::string commented(const Revision& revision) {
  if (base::first_invalid_utf8(revision.message)) {
    throw base::Error("the message of the new revision is not valid UTF-8", "Write the message in UTF-8.");
  }
  const auto lines = message_lines(revision.message);
  check_lines(lines, revision.type);
  std::string result = lines.front().empty() ? std::string(k_no_message) : lines.front();
  for (std::size_t i = 1; i < lines.size(); ++i) {
    result += fmt::format("\n{}{}{}", comment_sign(revision.type), lines[i].empty() ? "" : " ", lines[i]);
  }
  return result;
}

/// None, one text or a list: the shapes in which Alembic hands ids to its templates.
TemplateValue scalar_or_list(const std::vector<std::string>& values) {
  if (values.empty()) return std::monostate{};
  if (values.size() == 1) return values.front();
  return values;
}

TemplateValue list_or_none(const std::vector<std::string>& values) {
  return values.empty() ? TemplateValue{} : TemplateValue{values};
}

/// Takes the blanks away that a key without value leaves at the end of a header line.
std::string tidy_header(std::string_view text, std::string_view sign) {
  std::string result;
  while (text.starts_with(sign)) {
    const auto end = text.find('\n');
    auto line = text.substr(0, end);
    line = line.substr(0, line.find_last_not_of(" \t\r") + 1);
    result += line;
    if (end == std::string_view::npos) return result;
    result += '\n';
    text.remove_prefix(end + 1);
  }
  return result.append(text);
}

}  // namespace

std::string random_revision_id() {
  std::array<unsigned char, 6> bytes{};
  std::size_t filled = 0;
  while (filled < bytes.size()) {
    const auto got = getrandom(bytes.data() + filled, bytes.size() - filled, 0);
    if (got > 0) {
      filled += static_cast<std::size_t>(got);
    } else if (errno != EINTR) {
      throw base::Error(fmt::format("the system gives no random numbers: {}", std::strerror(errno)),
                        "Give the revision an id yourself, with --rev-id.");
    }
  }
  std::string id;
  for (const auto byte : bytes) id += fmt::format("{:02x}", byte);
  return id;
}

std::string slug(std::string_view message, std::size_t longest) {
  const std::string valid(message.substr(0, base::first_invalid_utf8(message).value_or(message.size())));
  std::string joined = base::join(detail::lower_case_words(valid), "_");
  if (longest == 0 || base::count_characters(joined) <= longest) return joined;
  joined = detail::first_characters(joined, longest);
  return joined.substr(0, joined.rfind('_')) + "_";
}

std::string render_revision(const NewRevision& revision, std::string_view template_text,
                            std::string_view template_name) {
  const auto& facts = revision.revision;
  const TemplateVariables variables = {
      {"message", commented(facts)},
      {"up_revision", facts.id},
      {"down_revision", scalar_or_list(facts.down_revisions)},
      {"branch_labels", list_or_none(facts.branch_labels)},
      {"depends_on", scalar_or_list(facts.depends_on)},
      {"create_date", in_time_zone(revision.created, revision.timezone).text()},
      {"upgrades", revision.upgrades},
      {"downgrades", revision.downgrades},
  };
  return tidy_header(render_template(template_text, template_name, variables), comment_sign(facts.type));
}

}  // namespace migrate::script
