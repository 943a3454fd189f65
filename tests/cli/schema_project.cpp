#include "schema_project.hpp"

#include "migrate/base/files.hpp"
#include "migrate/base/text.hpp"

namespace migrate::test {

std::string SchemaProject::written(const RunResult& result, std::size_t n) {
  const auto lines = base::split(result.out, '\n');
  REQUIRE(n < lines.size());
  REQUIRE(!lines[n].empty());
  return base::read_file(std::string(lines[n]));
}

std::string SchemaProject::autogenerate() const {
  const auto result = migrate("revision", "--autogenerate", "-m", "change");
  expect_done(result);
  const std::string text = written(result);
  expect_done(migrate("upgrade"));
  return text;
}

std::size_t count_of(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string_view::npos; at = text.find(part, at + part.size())) ++count;
  return count;
}

}  // namespace migrate::test
