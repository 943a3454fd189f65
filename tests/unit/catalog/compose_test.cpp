#include <catch2/catch.hpp>

#include "migrate/base/error.hpp"
#include "migrate/catalog/detail/query.hpp"

namespace migrate::catalog::detail {
namespace {

std::vector<std::string_view> all_queries() {
  std::vector<std::string_view> all{comments_query(), privileges_query(), dependencies_query()};
  for (const auto& group : {database_queries(), type_queries(), relation_queries(), part_queries(), routine_queries(),
                            trigger_queries(), foreign_queries(), unmanaged_queries()}) {
    for (const Query& query : group) all.push_back(query.sql);
  }
  return all;
}

std::string everything(int version) {
  std::string text;
  for (const auto sql : all_queries()) text += compose(sql, version) + ";";
  return text;
}

TEST_CASE("a guarded line is kept for its versions only", "[catalog]") {
  constexpr std::string_view k_text = "a\n[15+] b\n[<14] c\n  [14+][<16] d";
  CHECK(compose(k_text, 130011) == "a\n c\n");
  CHECK(compose(k_text, 140000) == "a\n d\n");
  CHECK(compose(k_text, 150020) == "a\n b\n d\n");
  CHECK(compose(k_text, 180001) == "a\n b\n");
}

TEST_CASE("words in braces become conditions", "[catalog]") {
  CHECK(compose("x {member:pg_type:t.oid} y", 150000) ==
        "x EXISTS (SELECT FROM pg_depend m WHERE m.classid = 'pg_type'::regclass AND m.objid = t.oid AND m.deptype = "
        "'e') y\n");
  CHECK(compose("{relation:c}", 150000).find("c.relnamespace = ANY ($1)") == 0);
  CHECK_THROWS_AS(compose("{other}", 150000), base::Error);
}

TEST_CASE("each server is asked for what its catalog has", "[catalog]") {
  struct Column {
    std::string name;
    int since, until;
  };
  for (const Column& column : {Column{"attcompression", 14, 99},
                               {"rngmultitypid", 14, 99},
                               {"prqual", 15, 99},
                               {"pg_publication_namespace", 15, 99},
                               {"colliculocale", 15, 16},
                               {"colllocale", 17, 99},
                               {"collicurules", 16, 99},
                               {"connoinherit", 18, 99},
                               {"conparentid", 13, 99}}) {
    for (int major = 13; major <= 18; ++major) {
      INFO(column.name << " on " << major);
      const bool expected = column.since <= major && major <= column.until;
      CHECK((everything(major * 10000).find(column.name) != std::string::npos) == expected);
    }
  }
}

TEST_CASE("no guard and no brace is left in a composed query", "[catalog]") {
  for (int major = 13; major <= 18; ++major) {
    const std::string text = everything(major * 10000);
    CHECK(text.find_first_of("{}") == std::string::npos);
    CHECK(text.find("+]") == std::string::npos);
    CHECK(text.find("[<") == std::string::npos);
  }
}

}  // namespace
}  // namespace migrate::catalog::detail
