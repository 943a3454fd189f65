// Identifiers and what they mean on a graph. The input is text:
//   line 1: an identifier or a range        line 2: rows of the version table, blanks between
//   lines 3…: revisions, one each: "id < parents ; depends_on ; labels", lists with commas; none: a small fixed graph
#include <algorithm>
#include <set>

#include "fuzz/target.hpp"
#include "migrate/script/identifier.hpp"
#include "migrate/script/plan.hpp"

namespace {

using namespace migrate;
using script::Index;
using test::promise;

constexpr std::string_view k_graph =
    "aaaa1\nbbbb2 < aaaa1\ncccc3 < bbbb2 ; ; feat-2x\ndddd4 < bbbb2\neeee5 < cccc3, dddd4\n"
    "side1 < ; aaaa1 ; side\nside2 < side1 ; dddd4\naaab6 < eeee5 ; side2\n";

script::Revision revision_of(std::string_view line) {
  script::Revision revision;
  const auto less = line.find('<');
  revision.id = base::trim(line.substr(0, less));
  script::check_revision_id(revision.id, "graph");
  revision.path = revision.id + ".sql";
  if (less == std::string_view::npos) return revision;
  const auto parts = base::split(line.substr(less + 1), ';');
  revision.down_revisions = base::split_list(parts[0]);
  if (parts.size() > 1) revision.depends_on = base::split_list(parts[1]);
  if (parts.size() > 2) revision.branch_labels = base::split_list(parts[2]);
  for (const auto& label : revision.branch_labels) script::check_branch_label(label, "graph");
  return revision;
}

std::vector<script::Revision> revisions_of(std::string_view text) {
  std::vector<script::Revision> revisions;
  if (base::trim(text).empty()) text = k_graph;
  while (!text.empty()) {
    if (const auto line = base::trim(test::next_line(text)); !line.empty()) revisions.push_back(revision_of(line));
  }
  return revisions;
}

void within(const script::RevisionGraph& graph, const std::vector<Index>& found) {
  promise(std::ranges::all_of(found, [&](Index i) { return i < graph.size(); }), "an identifier names revisions");
  promise(std::set<Index>(found.begin(), found.end()).size() == found.size(), "each revision is named once");
}

/// No row stands on another.
bool is_sound(const script::RevisionGraph& graph, const std::vector<std::string>& rows) {
  for (const auto& row : rows) {
    const auto index = graph.find(row);
    if (!index) return false;
    const Index from[] = {*index};
    const auto below = graph.ancestors(from);
    for (const auto& other : rows) {
      const auto beside = graph.find(other);
      if (beside && other != row && below[*beside]) return false;
    }
  }
  return true;
}

/// Runs the row changes of the steps: each must find what it names, and lead to what the step says.
void run(const script::RevisionGraph& graph, const std::vector<std::string>& rows,
         const std::vector<script::Step>& steps) {
  std::set<std::string> table(rows.begin(), rows.end());
  const bool sound = is_sound(graph, rows);
  for (const auto& step : steps) {
    for (const auto& change : step.rows) {
      promise(!change.from.empty() || !change.to.empty(), "a row change changes something");
      if (!change.from.empty()) promise(table.erase(change.from) == 1, "a row that goes was there", change.from);
      if (!change.to.empty()) promise(table.insert(change.to).second, "a row that comes was not there", change.to);
    }
    const std::vector<std::string> now(table.begin(), table.end());
    promise(now == step.rows_after, "the rows are what the step says", step.revision);
    if (sound && !step.stamp) promise(is_sound(graph, now), "no row stands on another after a step", step.revision);
  }
  const std::vector<std::string> last(table.begin(), table.end());
  if (sound) promise(is_sound(graph, last), "no row stands on another in the end");
}

void plan(const script::RevisionGraph& graph, const std::vector<std::string>& rows, const std::string& word) {
  test::gives_result([&] { run(graph, rows, script::plan_upgrade(graph, rows, word)); });
  test::gives_result([&] { run(graph, rows, script::plan_downgrade(graph, rows, word)); });
  const auto words = base::split_list(word, ',');
  for (const bool purge : {false, true}) {
    test::gives_result([&] { run(graph, rows, script::plan_stamp(graph, rows, words, purge)); });
  }
}

void resolve(const script::RevisionGraph& graph, const std::vector<std::string>& rows, const std::string& word) {
  std::vector<Index> with_rows;
  const bool named = test::gives_result([&] { with_rows = script::resolve(graph, word, rows); });
  within(graph, with_rows);
  test::gives_result([&] { within(graph, script::resolve_history(graph, word, rows)); });
  std::vector<Index> without;
  const bool named_without = test::gives_result([&] { without = script::resolve(graph, word); });
  if (named && !script::needs_rows(word)) {
    promise(named_without && without == with_rows, "what needs no rows means the same without", word);
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto rest = test::text_of(data, size);
  const std::string word(test::next_line(rest));
  auto rows = base::split_list(test::next_line(rest), ' ');
  std::ranges::sort(rows);
  rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
  test::gives_result([&] {
    const script::RevisionGraph graph(revisions_of(rest));
    resolve(graph, rows, word);
    plan(graph, rows, word);
  });
  return 0;
}
