#include "migrate/script/archive.hpp"

#include <catch2/catch.hpp>

using namespace migrate::script;

namespace {

const std::vector<PackedFile> k_files{
    {"alembic.toml", "[alembic]\n"}, {"empty", ""}, {"code", std::string("\0\xff\n", 3)}};

void expect_damaged(const std::string& bytes) {
  CHECK_THROWS_AS(Archive(bytes, "shop"), ArchiveError);
}

}  // namespace

TEST_CASE("an archive gives back what was packed, in order", "[script][archive]") {
  const std::string bytes = pack(k_files);
  const Archive archive(bytes, "shop");
  REQUIRE(archive.entries().size() == k_files.size());
  for (std::size_t i = 0; i < k_files.size(); ++i) {
    CHECK(archive.entries()[i].path == k_files[i].path);
    CHECK(archive.read(k_files[i].path) == k_files[i].bytes);
  }
  CHECK(archive.find("code") == &archive.entries()[2]);
  CHECK(archive.find("cod") == nullptr);
  CHECK_THROWS_WITH(archive.read("other"), Catch::Matchers::Contains("shop: other is missing"));
  CHECK(Archive::length_from_footer(std::string_view(bytes).substr(bytes.size() - Archive::k_footer_size)) ==
        bytes.size());
}

TEST_CASE("an archive of nothing is an archive", "[script][archive]") {
  CHECK(Archive(pack({}), "shop").entries().empty());
}

TEST_CASE("an archive may be of any length but not cut anywhere", "[script][archive]") {
  const std::string bytes = pack(k_files);
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    expect_damaged(bytes.substr(0, length));
    expect_damaged(bytes.substr(bytes.size() - length));
  }
  expect_damaged(bytes + '\0');
}

TEST_CASE("no byte of an archive can change unnoticed", "[script][archive]") {
  const std::string bytes = pack(k_files);
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    std::string changed = bytes;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    INFO("byte " << at);
    const auto read_all = [&] {
      const Archive archive(changed, "shop");
      for (const auto& entry : archive.entries()) (void)archive.read(entry);
    };
    CHECK_THROWS_AS(read_all(), ArchiveError);
  }
}

TEST_CASE("an archive of a later format is refused by its number", "[script][archive]") {
  std::string bytes = pack(k_files);
  bytes[bytes.size() - 24] = 7;
  CHECK_THROWS_WITH(Archive(bytes, "shop"), Catch::Matchers::Contains("format 7"));
}
