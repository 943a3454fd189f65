// A revision file: its header as SQL and as C++, its sections, and a header value replaced as `migrate rebase` does it.
#include "fuzz/target.hpp"
#include "migrate/script/header_edit.hpp"
#include "migrate/script/revision.hpp"
#include "migrate/script/section.hpp"
#include "migrate/sql/statement.hpp"

namespace {

using namespace migrate;
using test::promise;

constexpr std::string_view k_key = "down_revision";

/// Writing the value must change that value and nothing else.
void edit(std::string_view text, const script::Revision& before, const std::filesystem::path& path) {
  const auto edited = script::with_header_value(text, k_key, "abc123");
  script::Revision after;
  if (!test::gives_result([&] { after = script::parse_header(edited, path); })) {
    test::broken("an edited header is still one", edited);
  }
  promise(after.down_revisions == std::vector<std::string>{"abc123"}, "an edited header has the new value", edited);
  promise(after.id == before.id && after.message == before.message && after.depends_on == before.depends_on &&
              after.branch_labels == before.branch_labels && after.created == before.created &&
              after.transaction == before.transaction,
          "an edit leaves the other values alone", edited);
  promise(script::with_header_value(edited, k_key, "abc123") == edited, "the same edit again changes nothing", edited);
}

void header(std::string_view text, const std::filesystem::path& path) {
  test::gives_result([&] {
    const auto revision = script::parse_header(text, path);
    promise(!revision.id.empty() && revision.id.size() <= script::k_longest_id, "an id fits the version table");
    promise(revision.title().find('\n') == std::string_view::npos, "a title is one line");
    edit(text, revision, path);
  });
}

void section(const script::SqlRevision& revision, const std::optional<script::Section>& section) {
  if (!section) return;
  const auto& body = section->body;
  promise(body.offset <= revision.text.size() && body.length <= revision.text.size() - body.offset,
          "a section lies within the file");
  promise(body.offset == 0 || revision.text[body.offset - 1] == '\n' || body.length == 0,
          "a section starts on a line of its own");
  test::gives_result([&] { (void)sql::split(body.of(revision.text)); });
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = test::text_of(data, size);
  header(text, "a.sql");
  header(text, "a.cpp");
  test::gives_result([&] {
    const auto revision = script::parse_sql_revision(std::string(text), "a.sql");
    promise(revision.upgrade.has_value(), "a revision without upgrade section is refused");
    section(revision, revision.upgrade);
    section(revision, revision.downgrade);
    if (revision.downgrade) {
      const auto& up = revision.upgrade->body;
      const auto& down = revision.downgrade->body;
      promise(up.end() <= down.offset || down.end() <= up.offset, "sections do not overlap");
    }
  });
  return 0;
}
