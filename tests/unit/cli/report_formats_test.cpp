#include "migrate/cli/report_formats.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace migrate::cli;
using Catch::Contains;
using migrate::command::Finding;
using migrate::command::Level;
using nlohmann::json;

namespace {

RunReport report_of(std::vector<Finding> findings) {
  RunReport report;
  report.command = "migrate upgrade";
  report.findings = std::move(findings);
  report.config_file = "alembic.toml";
  report.exit_code = report.findings.empty() ? 0 : 1;
  report.started_at = "2026-11-21T10:00:00";
  return report;
}

}  // namespace

TEST_CASE("workflow commands escape what would end them", "[report]") {
  const std::vector<Finding> findings{{.rule = "timeout",
                                       .message = "50% of a\r\nline: x, y",
                                       .file = "a,b:c.sql",
                                       .line = 3,
                                       .column = 4,
                                       .hint = "Go."},
                                      {.rule = "warning", .level = Level::warning, .message = "w", .line = 3},
                                      {.rule = "my-rule", .level = Level::note, .message = "n"}};
  CHECK(workflow_commands(findings) ==
        "::error file=a%2Cb%3Ac.sql,line=3,col=4,title=migrate%3A A lock or statement timeout%2C after all tries::"
        "50%25 of a%0D%0Aline: x, y%0ANext: Go.\n"
        "::warning title=migrate%3A A warning::w\n"
        "::notice title=migrate%3A my-rule::n\n");
  CHECK(workflow_commands({}).empty());
}

TEST_CASE("JUnit holds any bytes as well-formed XML", "[report]") {
  const auto text = junit(report_of(
      {{.rule = "revision-failed", .message = "<a> & \"b\"\n\x01\xff\xc3\xa9", .file = "v/x.sql", .line = 2}}));
  CHECK_THAT(text, Contains("<error message=\"&lt;a&gt; &amp; &quot;b&quot;&#10;\xEF\xBF\xBD\xEF\xBF\xBD\xc3\xa9\""
                            " type=\"revision-failed\">v/x.sql:2\n&lt;a&gt; &amp;"));
  CHECK_THAT(text, Contains("<testcase name=\"revision-failed: v/x.sql\" classname=\"migrate upgrade\" file=\"v/x.sql\""
                            " line=\"2\" time=\"0.000\">"));
  CHECK(text.find('\x01') == std::string::npos);
}

TEST_CASE("JUnit tells warnings beside the cases and never reports no case at all", "[report]") {
  auto report = report_of({{.rule = "warning", .level = Level::warning, .message = "look <here>"}});
  report.exit_code = 0;
  const auto text = junit(report);
  CHECK_THAT(text, Contains("tests=\"1\" failures=\"0\" errors=\"0\" skipped=\"0\""));
  CHECK_THAT(text, Contains("<system-err>warning: look &lt;here&gt;\n</system-err>"));
  CHECK_THAT(text, Contains("<testcase name=\"migrate upgrade\""));
}

TEST_CASE("SARIF writes paths as URIs and gives what has no place one", "[report]") {
  const auto log = json::parse(sarif(report_of({{.rule = "refused", .message = "no", .file = "a b/\xc3\xa9%.sql"},
                                                {.rule = "refused", .message = "no", .file = "/else/where.sql"},
                                                {.rule = "timeout", .level = Level::note, .message = "t"}})));
  const auto& run = log["runs"][0];
  CHECK(run["tool"]["driver"]["rules"].size() == 2);
  CHECK(run["invocations"][0]["executionSuccessful"] == false);
  const auto place = [&](std::size_t i) { return run["results"][i]["locations"][0]["physicalLocation"]; };
  CHECK(place(0)["artifactLocation"]["uri"] == "a%20b/%C3%A9%25.sql");
  CHECK(place(0)["region"]["startLine"] == 1);
  CHECK(place(1)["artifactLocation"]["uri"] == "file:///else/where.sql");
  CHECK_FALSE(place(1)["artifactLocation"].contains("uriBaseId"));
  CHECK(place(2)["artifactLocation"]["uri"] == "alembic.toml");
  CHECK(run["results"][2]["level"] == "note");
  CHECK(run["results"][2]["ruleIndex"] == 1);
}

TEST_CASE("fingerprints differ between findings and not between runs", "[report]") {
  const Finding one{.rule = "pending-revision", .message = "x", .file = "v/a.sql", .line = 3, .revision = "a"};
  Finding moved = one;
  moved.line = 9;
  moved.message = "said in other words";
  Finding other = one;
  other.revision = "b";
  const std::vector<Finding> findings{one, one, other};
  const auto prints = fingerprints(findings);
  CHECK(prints[0] != prints[1]);
  CHECK(prints[0] != prints[2]);
  CHECK(prints[0] == fingerprints(std::vector<Finding>{moved})[0]);
}

TEST_CASE("paths of a report are related to the root where they lie below it", "[report]") {
  auto report = report_of({{.rule = "refused", .message = "no", .file = "/work/shop/versions/a.sql"},
                           {.rule = "refused", .message = "no", .file = "/workshop/versions/a.sql"},
                           {.rule = "refused", .message = "no"}});
  report.config_file = "/work/shop/alembic.toml";
  report.relate_paths("/work/");
  CHECK(report.findings[0].file == "shop/versions/a.sql");
  CHECK(report.findings[1].file == "/workshop/versions/a.sql");
  CHECK(report.findings[2].file.empty());
  CHECK(report.config_file == "shop/alembic.toml");
  const auto environment = [](std::map<std::string, std::string, std::less<>> values) {
    return report_root(migrate::base::fixed_environment(std::move(values)));
  };
  CHECK(environment({{"GITHUB_WORKSPACE", "/a"}, {"CI_PROJECT_DIR", "/b"}}) == "/a");
  CHECK(environment({{"GITHUB_WORKSPACE", ""}, {"CI_PROJECT_DIR", "/b"}}) == "/b");
  CHECK(environment({}) == std::filesystem::current_path());
}
