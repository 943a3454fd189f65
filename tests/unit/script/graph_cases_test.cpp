// tests/data/graph_cases.json: revision graphs and what Alembic 1.19 was observed to do with them on PostgreSQL. Where
// Alembic crashed, a clean refusal or the rule's result is right; where it accepts a hazard, a refusal is right too.
#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "history_text.hpp"
#include "migrate/base/files.hpp"
#include "migrate/base/text.hpp"
#include "migrate/script/identifier.hpp"
#include "migrate/script/plan.hpp"
#include "migrate/script/revision_graph.hpp"

namespace {

using namespace migrate;
using nlohmann::json;
using Strings = std::vector<std::string>;

/// The graph as the program would read it: each revision goes through the header's text.
script::RevisionGraph read_graph(const json& revisions) {
  std::vector<script::Revision> parsed;
  for (const auto& revision : revisions) {
    const auto list = [&](const char* key) { return base::join(revision.at(key).get<Strings>(), ", "); };
    const auto id = revision.at("id").get<std::string>();
    const auto text = "-- case\n--\n-- revision: " + id + "\n-- down_revision: " + list("down") +
                      "\n-- depends_on: " + list("depends_on") + "\n-- branch_labels: " + list("labels") + "\n";
    parsed.push_back(script::parse_header(text, std::to_string(1000 + parsed.size()) + "_" + id + ".sql"));
  }
  return script::RevisionGraph(std::move(parsed));
}

struct Outcome {
  std::string error;  ///< words of the cases, or the message of a RevisionError
  bool faulty_files = false;
  Strings ids;
  std::vector<script::Step> steps;
  Strings heads;
};

Strings ids_of(const script::RevisionGraph& graph, const std::vector<script::Index>& found) {
  Strings ids;
  for (const auto i : found) ids.push_back(graph[i].id);
  return ids;
}

std::vector<script::Step> steps_of(const script::RevisionGraph& graph, const std::string& command,
                                   const std::string& target, const Strings& rows) {
  if (command == "upgrade") return script::plan_upgrade(graph, rows, target);
  if (command == "downgrade") return script::plan_downgrade(graph, rows, target);
  return script::plan_stamp(graph, rows, base::split_list(target, ' '), false);
}

Outcome run(const json& test) {
  Outcome outcome;
  outcome.heads = test.at("start_heads").get<Strings>();
  const auto command = test.at("command").get<std::string>();
  const auto target = test.at("target").get<std::string>();
  try {
    const auto graph = read_graph(test.at("revisions"));
    if (command == "heads") {
      outcome.heads = ids_of(graph, target.empty() ? graph.heads() : graph.real_heads());
    } else if (command == "resolve") {
      outcome.ids = ids_of(graph, script::resolve(graph, target, outcome.heads));
    } else {
      outcome.steps = steps_of(graph, command, target, outcome.heads);
      if (!outcome.steps.empty()) outcome.heads = outcome.steps.back().rows_after;
    }
  } catch (const script::ResolutionError& error) {
    outcome.error = test::name_of(error.fault());
  } catch (const script::DatabaseAheadError&) {
    outcome.error = "unknown-revision";
  } catch (const script::RevisionError& error) {
    outcome.error = error.what();
    outcome.faulty_files = true;
  }
  std::ranges::sort(outcome.heads);
  return outcome;
}

/// What a message about faulty files must say, by the class of the case.
const std::map<std::string, std::string> k_file_faults = {
    {"missing-referenced-revision", "is not "},
    {"duplicate-branch-label", "label"},
    {"illegal-revision-id", "may not have"},
    {"self-loop", "names itself in down_revision"},
    {"dependency-self-loop", "names itself in depends_on"},
    {"cycle", "cycle: down_revision leads"},
    {"dependency-cycle", "dependency cycle"},
};

/// Alembic lacks the form, or takes a label for an offset; the answer is given here.
bool is_form_alembic_lacks(const json& test) {
  const auto target = test.at("target").get<std::string>();
  const auto command = test.at("command").get<std::string>();
  const bool plain = command == "resolve" || command == "stamp";
  return (plain && target.find_first_of("+-") != std::string::npos) || target.starts_with("feat-2x") ||
         target.starts_with("with+1");
}

void check_refusal(const json& test, const Outcome& outcome) {
  const auto wanted = test.at("expect_error").get<std::string>();
  CHECK(outcome.steps.empty());
  CHECK(outcome.heads == test.value("expect_heads", Strings{}));
  if (outcome.faulty_files) {
    const bool twice = outcome.error.starts_with("two files have the revision id");
    if (!twice) CHECK_THAT(outcome.error, Catch::Contains(k_file_faults.at(wanted)));
  } else if (!wanted.starts_with("crash-") && wanted != "not-on-path") {
    CHECK(outcome.error == wanted);
  }
}

std::vector<std::pair<std::string, std::string>> named_steps(const Outcome& outcome) {
  std::vector<std::pair<std::string, std::string>> steps;
  for (const auto& step : outcome.steps) {
    if (!step.stamp) steps.emplace_back(script::to_string(step.direction), step.revision);
  }
  return steps;
}

void check_steps(const json& test, const Outcome& outcome) {
  const auto steps = named_steps(outcome);
  if (test.contains("expect_set")) {
    std::set<std::string> ids;
    for (const auto& step : steps) ids.insert(step.second);
    CHECK(ids == test.at("expect_set").get<std::set<std::string>>());
    return;
  }
  if (!test.contains("expect_steps")) return;
  // Ties are broken as Alembic breaks them, so the exact order is held to also where the cases would allow another.
  CHECK(steps == test.at("expect_steps").get<std::vector<std::pair<std::string, std::string>>>());
}

/// Alembic leaves a row below another one in some downgrades; those steps are not held against the rule.
bool is_antichain(const script::RevisionGraph& graph, const Strings& rows) {
  for (const auto& row : rows) {
    const script::Index from[] = {graph.find(row).value()};
    const auto above = graph.descendants(from);
    for (const auto& other : rows) {
      if (other != row && above[graph.find(other).value()]) return false;
    }
  }
  return true;
}

void check_trace(const json& test, const Outcome& outcome) {
  if (!test.contains("expect_trace")) return;
  const auto trace = test.at("expect_trace").get<std::vector<Strings>>();
  REQUIRE(outcome.steps.size() == trace.size());
  const auto graph = read_graph(test.at("revisions"));
  const bool sound_start = is_antichain(graph, test.at("start_heads").get<Strings>());
  for (std::size_t i = 0; i < trace.size(); ++i) {
    if (sound_start && !is_antichain(graph, trace[i])) continue;
    CHECK(outcome.steps[i].rows_after == trace[i]);
  }
}

void check_success(const json& test, const Outcome& outcome) {
  check_steps(test, outcome);
  if (test.contains("ideal_heads")) {
    CHECK(outcome.heads == test.at("ideal_heads").get<Strings>());
    return;
  }
  check_trace(test, outcome);
  if (test.contains("expect_heads")) CHECK(outcome.heads == test.at("expect_heads").get<Strings>());
  if (test.contains("expect_ids")) CHECK(outcome.ids == test.at("expect_ids").get<Strings>());
  if (test.contains("expect_ids_any_order")) {
    auto ids = outcome.ids;
    std::ranges::sort(ids);
    CHECK(ids == test.at("expect_ids_any_order").get<Strings>());
  }
}

bool may_refuse(const json& test) {
  return test.contains("expect_error") || test.value("crash", false) || test.contains("hazard");
}

}  // namespace

TEST_CASE("every observed case of Alembic is answered by the rules", "[script][cases]") {
  const auto path = std::string(MIGRATE_SOURCE_DIR) + "/tests/data/graph_cases.json";
  const auto cases = json::parse(base::read_file(path));
  REQUIRE(cases.size() == 330);
  for (const auto& test : cases) {
    INFO(test.at("name").get<std::string>());
    const auto outcome = run(test);
    CAPTURE(outcome.error);
    if (!outcome.error.empty()) {
      CHECK(may_refuse(test));
      if (test.contains("expect_error")) check_refusal(test, outcome);
    } else if (test.contains("expect_error") && !test.contains("ideal_heads")) {
      CHECK(is_form_alembic_lacks(test));
    } else {
      check_success(test, outcome);
    }
  }
}
