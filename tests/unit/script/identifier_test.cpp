#include <catch2/catch.hpp>
#include <random>

#include "history_text.hpp"
#include "migrate/script/identifier.hpp"

namespace {

using namespace migrate;
using script::resolve;
using test::fault_of;
using test::graph_of;
using test::ids_of;

const char* const k_two_branches =
    "aa01 -> bb02 -> ca03 -> da04; bb02 -> cb03 -> db04; label left on ca03; label right on cb03";

std::string resolved(std::string_view history, std::string_view identifier, std::vector<std::string> rows = {}) {
  const auto graph = graph_of(history);
  try {
    return ids_of(graph, resolve(graph, identifier, rows));
  } catch (const script::ResolutionError& error) {
    return std::string(test::name_of(error.fault()));
  }
}

std::string history(std::string_view text, std::string_view range, std::vector<std::string> rows = {}) {
  const auto graph = graph_of(text);
  try {
    return ids_of(graph, script::resolve_history(graph, range, rows));
  } catch (const script::ResolutionError& error) {
    return std::string(test::name_of(error.fault()));
  }
}

}  // namespace

TEST_CASE("ids, prefixes and labels name the same revision everywhere", "[script][identifier]") {
  const auto word = GENERATE("ca03", "ca0", "ca", "left", "lef", "left@ca03", "da04@ca", "aa01@left", "head-1@");
  if (std::string_view(word) == "head-1@") {
    CHECK(resolved(k_two_branches, word) == "unknown-revision");
  } else {
    CHECK(resolved(k_two_branches, word) == "ca03");
  }
}

TEST_CASE("heads and bases are taken per branch", "[script][identifier]") {
  CHECK(resolved(k_two_branches, "head") == "multiple-heads");
  CHECK(resolved(k_two_branches, "heads") == "da04 db04");
  CHECK(resolved(k_two_branches, "left@head") == "da04");
  CHECK(resolved(k_two_branches, "cb03@head") == "db04");
  CHECK(resolved(k_two_branches, "bb02@head") == "multiple-heads");
  CHECK(resolved(k_two_branches, "bb02@heads") == "da04 db04");
  CHECK(resolved(k_two_branches, "base").empty());
  CHECK(resolved(k_two_branches, "left@base").empty());
  CHECK(resolved("", "head").empty());
}

TEST_CASE("a head that only a dependency stands on is a head, but not one of heads", "[script][identifier]") {
  const auto text = "aa01 -> ab02; ba01 -> bb02; bb02 depends ab02";
  CHECK(resolved(text, "head") == "multiple-heads");
  CHECK(resolved(text, "heads") == "bb02");
  CHECK(resolved(text, "aa01@head") == "ab02");
}

TEST_CASE("offsets are counted from ids, labels, heads and current", "[script][identifier]") {
  const auto line = "aa01 -> bb02 -> cc03 -> dd04 -> ee05; label mid on cc03";
  CHECK(resolved(line, "cc03-1") == "bb02");
  CHECK(resolved(line, "mid+2") == "ee05");
  CHECK(resolved(line, "cc03+0") == "cc03");
  CHECK(resolved(line, "head-1") == "dd04");
  CHECK(resolved(line, "heads-4") == "aa01");
  CHECK(resolved(line, "base+1") == "aa01");
  CHECK(resolved(line, "current-1", {"cc03"}) == "bb02");
  CHECK(resolved(line, "current+1", {"cc03"}) == "dd04");
  CHECK(resolved(line, "+1", {"cc03"}) == "dd04");
  CHECK(resolved(line, "+1") == "aa01");
  CHECK(resolved(line, "head+1") == "relative-out-of-range");
  CHECK(resolved(line, "aa01-1") == "relative-out-of-range");
  CHECK(resolved(line, "+0") == "relative-out-of-range");
  CHECK(resolved(line, "+99999999999999999999999", {"cc03"}) == "relative-out-of-range");
  CHECK(resolved(line, "cc03-99999999999999999999999") == "relative-out-of-range");
}

TEST_CASE("a bare -N outside of downgrade counts from every head, whatever the database has", "[script][identifier]") {
  CHECK(resolved("aa01 -> bb02 -> cc03", "-1", {"aa01"}) == "bb02");
  CHECK(resolved(k_two_branches, "-1") == "ca03 cb03");
  CHECK(resolved(k_two_branches, "-2") == "bb02");
  CHECK(resolved(k_two_branches, "right@-1") == "cb03");
  CHECK(resolved("aa01 -> bb02", "-2") == "relative-out-of-range");
}

TEST_CASE("a walk that forks is refused with the ways it could take", "[script][identifier]") {
  const auto graph = graph_of(k_two_branches);
  CHECK(resolved(k_two_branches, "bb02+1") == "ambiguous-walk");
  CHECK(resolved(k_two_branches, "left@bb02+1") == "ca03");
  CHECK(resolved(k_two_branches, "right@base+3") == "cb03");
  CHECK_THROWS_WITH(resolve(graph, "bb02+1"), Catch::Contains("bb02 has 2 children: ca03 (left), cb03 (right)"));
  CHECK(resolved("aa01; ab01; bb02 = merge(aa01, ab01)", "bb02-1") == "ambiguous-walk");
}

TEST_CASE("a label that looks like an offset is a label", "[script][identifier]") {
  const auto odd =
      "aa01 -> ba02 -> ca03; aa01 -> bb02; aa01 -> cc02; label feat-2x on ba02; label feat-y on bb02; "
      "label v-2 on cc02";
  CHECK(resolved(odd, "feat-2x") == "ba02");
  CHECK(resolved(odd, "feat-2") == "ba02");
  CHECK(resolved(odd, "feat-2x@head") == "ca03");
  CHECK(resolved(odd, "feat-2x+1") == "ca03");
  CHECK(resolved(odd, "v-2") == "cc02");
  CHECK(resolved(odd, "v-2-1") == "aa01");
  CHECK(resolved(odd, "feat") == "ambiguous-prefix");
}

TEST_CASE("an exact name wins over longer ones, an ambiguous prefix lists its candidates", "[script][identifier]") {
  const auto text = "abcd1111 -> abcd2222 -> abc; label abcz on abc";
  CHECK(resolved(text, "abc") == "abc");
  CHECK(resolved(text, "abcd1") == "abcd1111");
  CHECK(resolved(text, "abcz") == "abc");
  CHECK(resolved(text, "abcd") == "ambiguous-prefix");
  const auto graph = graph_of(text);
  CHECK_THROWS_WITH(resolve(graph, "ab"), Catch::Contains("abcd1111, abcd2222, abcz"));
}

TEST_CASE("an unknown word is answered with the nearest name", "[script][identifier]") {
  const auto graph = graph_of("b03417887b93 -> e9844b552bfa; label shopping on e9844b552bfa");
  try {
    resolve(graph, "b03417887b39");
    FAIL("an unknown id was resolved");
  } catch (const script::ResolutionError& error) {
    CHECK(error.fault() == script::ResolutionFault::unknown_revision);
    CHECK_THAT(error.hint(), Catch::Contains("b03417887b93"));
  }
  try {
    resolve(graph, "shoping@head");
    FAIL("an unknown label was resolved");
  } catch (const script::ResolutionError& error) {
    CHECK_THAT(error.hint(), Catch::Contains("shopping"));
  }
}

TEST_CASE("a revision outside the branch named with it is refused", "[script][identifier]") {
  CHECK(resolved(k_two_branches, "left@db04") == "not-in-branch");
  CHECK(resolved(k_two_branches, "left@db") == "not-in-branch");
  CHECK(resolved(k_two_branches, "nowhere@db04") == "unknown-revision");
}

TEST_CASE("half an identifier is refused, not guessed at", "[script][identifier]") {
  const auto word =
      GENERATE("", "@", "left@", "@head", "a@b@c", "-", "+", "left@-", "aa01-", "--1", "+-1", "head@head");
  CAPTURE(word);
  CHECK(resolved(k_two_branches, word) == "unknown-revision");
}

TEST_CASE("a range is refused where one revision is wanted", "[script][identifier]") {
  CHECK(resolved(k_two_branches, "aa01:bb02") == "range-not-allowed-online");
}

TEST_CASE("several heads are listed with the ways out", "[script][identifier]") {
  const auto graph = graph_of(k_two_branches);
  try {
    resolve(graph, "head");
    FAIL("one of several heads was taken");
  } catch (const script::ResolutionError& error) {
    CHECK_THAT(error.what(), Catch::Contains("da04 (left)") && Catch::Contains("db04 (right)"));
    CHECK_THAT(error.hint(), Catch::Contains("left@head") && Catch::Contains("migrate upgrade heads") &&
                                 Catch::Contains("migrate merge heads"));
  }
}

TEST_CASE("current is what the rows say, and rows no file has are named", "[script][identifier]") {
  CHECK(resolved(k_two_branches, "current", {"da04", "cb03"}) == "da04 cb03");
  CHECK(resolved(k_two_branches, "current").empty());
  CHECK(resolved(k_two_branches, "left@current", {"da04", "cb03"}) == "da04");
  CHECK(resolved(k_two_branches, "current-1", {"da04", "cb03"}) == "ambiguous-current");
  const auto graph = graph_of(k_two_branches);
  const std::vector<std::string> rows = {"da04", "gone", "da0"};
  CHECK_THROWS_AS(resolve(graph, "current", rows), script::DatabaseAheadError);
  CHECK_THROWS_WITH(resolve(graph, "current", rows), Catch::Contains("'gone', 'da0'"));
  CHECK(ids_of(graph, resolve(graph, "da04", rows)) == "da04");
}

TEST_CASE("only words that stand on the rows need the version table", "[script][identifier]") {
  for (const auto* word : {"current", "+1", "left@+1", "current-2", "-3:current", "current:", ":+1", "left@current"}) {
    CAPTURE(word);
    CHECK(script::needs_rows(word));
  }
  for (const auto* word : {"-1", "head", "heads", "base", "aa01", "aa01+1", "left@head", ":", "a:b", "currents", ""}) {
    CAPTURE(word);
    CHECK_FALSE(script::needs_rows(word));
  }
}

TEST_CASE("history ranges hold both ends, newest first", "[script][identifier]") {
  const auto line = "aa01 -> bb02 -> cc03 -> dd04 -> ee05";
  CHECK(history(line, ":") == "ee05 dd04 cc03 bb02 aa01");
  CHECK(history(line, "bb02:dd04") == "dd04 cc03 bb02");
  CHECK(history(line, ":bb02") == "bb02 aa01");
  CHECK(history(line, "dd04:") == "ee05 dd04");
  CHECK(history(line, "base:bb02") == "bb02 aa01");
  CHECK(history(line, "cc03") == "cc03");
  CHECK(history(line, "-1:") == "ee05 dd04");
  CHECK(history(line, "-1:current", {"cc03"}) == "cc03 bb02");
  CHECK(history(line, "current:", {"dd04"}) == "ee05 dd04");
  CHECK(history(line, "current:+1", {"bb02"}) == "cc03 bb02");
  CHECK(history(line, "head-2:head") == "ee05 dd04 cc03");
  CHECK(history(line, "current:current", {"cc03"}) == "cc03");
}

TEST_CASE("a history range that cannot be is refused", "[script][identifier]") {
  const auto line = "aa01 -> bb02 -> cc03";
  CHECK(history(line, "cc03:aa01") == "not-on-path");
  CHECK(history(line, "a:b:c") == "range-not-allowed-online");
  CHECK(history(line, ":-1") == "relative-out-of-range");
  CHECK(history(line, "zz:") == "unknown-revision");
}

TEST_CASE("a history range follows its branch, and dependencies only inside it", "[script][identifier]") {
  CHECK(history(k_two_branches, "bb02:left@head") == "da04 ca03 bb02");
  CHECK(history(k_two_branches, "left@base:") == "da04 ca03 bb02 aa01");
  const auto dependent = "aa01 -> ab02; ba01 -> bb02 -> bc03; bb02 depends ab02";
  CHECK(history(dependent, ":bc03") == "bc03 bb02 ba01 ab02 aa01");
  CHECK(history(dependent, "ba01:bc03") == "bc03 bb02 ba01");
}

TEST_CASE("no word makes the resolver fall over", "[script][identifier]") {
  const auto graph = graph_of(k_two_branches);
  const std::vector<std::string> pieces = {"@",    "+",     "-",    ":",        "1",    "999999999999",
                                           "head", "heads", "base", "current",  "aa01", "da",
                                           "left", "zz",    " ",    "\xC3\xA9", "--"};
  std::mt19937 random(7);
  const std::vector<std::string> rows = {"ca03", "cb03"};
  for (int round = 0; round < 20000; ++round) {
    std::string word;
    for (auto n = random() % 5; n > 0; --n) word += pieces[random() % pieces.size()];
    INFO(word);
    try {
      resolve(graph, word, rows);
      script::resolve_history(graph, word, rows);
    } catch (const script::ResolutionError& error) {
      CHECK(std::string_view(error.what()).size() < 400);
    }
  }
}
