#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "history_text.hpp"
#include "migrate/base/error.hpp"
#include "migrate/script/revision_graph.hpp"
#include "support/temp_dir.hpp"

namespace {

using namespace migrate;
using script::RevisionGraph;

std::string file(const std::string& id, const std::string& down = "", const std::string& comment = "--") {
  return comment + " message\n" + comment + "\n" + comment + " revision: " + id + "\n" + comment +
         " down_revision: " + down + "\n";
}

std::string load(const std::vector<std::filesystem::path>& locations, bool recursive = false) {
  const auto graph = RevisionGraph::load(locations, recursive);
  std::vector<script::Index> all(graph.size());
  for (script::Index i = 0; i < all.size(); ++i) all[i] = i;
  return test::ids_of(graph, all);
}

}  // namespace

TEST_CASE("revisions are numbered by sorted file name, locations in their order", "[script][load]") {
  const test::TempDir directory;
  directory.write("one/b.sql", file("b1", "c1"));
  directory.write("one/a.cpp", file("a1", "b1", "//"));
  directory.write("one/c.sql", file("c1"));
  directory.write("two/a.sql", file("a2"));
  CHECK(load({directory.path() / "two", directory.path() / "one"}) == "a2 a1 b1 c1");
  const std::filesystem::path one[] = {directory.path() / "one"};
  const auto graph = RevisionGraph::load(one);
  CHECK(graph[0].path == directory.path() / "one" / "a.cpp");
  CHECK(graph[0].type == script::RevisionType::cpp);
}

TEST_CASE("what is no revision is passed over", "[script][load]") {
  const test::TempDir directory;
  directory.write("a.sql", file("a1"));
  for (const auto* name : {".a.sql", ".#a.sql", "#a.sql#", "a.sql~", "a.sql.swp", "a.sql.bak", "README.md", "a.py",
                           "__pycache__/a.cpython-311.pyc", "a.sql.orig"}) {
    directory.write(name, "nothing to read");
  }
  CHECK(load({directory.path()}) == "a1");
}

TEST_CASE("a missing location is skipped, a file in place of one is an error", "[script][load]") {
  const test::TempDir directory;
  directory.write("v/a.sql", file("a1"));
  CHECK(load({directory.path() / "none", directory.path() / "v"}) == "a1");
  CHECK(load({}).empty());
  CHECK_THROWS_AS(load({directory.path() / "v/a.sql"}), base::FileError);
}

TEST_CASE("a directory named like a revision is an error that names it", "[script][load]") {
  const test::TempDir directory;
  std::filesystem::create_directory(directory.path() / "x.sql");
  CHECK_THROWS_AS(load({directory.path()}), script::RevisionError);
  CHECK_THROWS_WITH(load({directory.path()}), Catch::Contains("x.sql is a directory"));
}

TEST_CASE("a revision that cannot be read is an error that names it", "[script][load]") {
  const test::TempDir directory;
  std::filesystem::create_symlink("nowhere", directory.path() / "gone.sql");
  CHECK_THROWS_AS(load({directory.path()}), base::FileError);
  CHECK_THROWS_WITH(load({directory.path()}), Catch::Contains("gone.sql"));
}

TEST_CASE("links to revisions are followed", "[script][load]") {
  const test::TempDir directory;
  const auto real = directory.write("elsewhere/a.sql", file("a1"));
  std::filesystem::create_directory(directory.path() / "v");
  std::filesystem::create_symlink(real, directory.path() / "v/linked.sql");
  CHECK(load({directory.path() / "v"}) == "a1");
}

TEST_CASE("a location given twice does not make duplicates", "[script][load]") {
  const test::TempDir directory;
  directory.write("v/a.sql", file("a1"));
  CHECK(load({directory.path() / "v", directory.path() / "v/../v"}) == "a1");
}

TEST_CASE("subdirectories are read only when asked for, each once", "[script][load]") {
  const test::TempDir directory;
  directory.write("v/m.sql", file("m1"));
  directory.write("v/b/a.sql", file("ba", "aa"));
  directory.write("v/a/z.sql", file("aa", "m1"));
  directory.write("v/.hidden/h.sql", "no header");
  std::filesystem::create_directory_symlink("..", directory.path() / "v/a/loop");
  CHECK(load({directory.path() / "v"}) == "m1");
  CHECK(load({directory.path() / "v"}, true) == "m1 aa ba");
}

TEST_CASE("a deep tree does not use up the descriptors", "[script][load]") {
  const test::TempDir directory;
  std::string previous;
  for (int i = 0; i < 200; ++i) {
    const auto id = "r" + std::to_string(1000 + i);
    directory.write("v/" + id + "/a.sql", file(id, previous));
    previous = id;
  }
  const std::filesystem::path location[] = {directory.path() / "v"};
  CHECK(RevisionGraph::load(location, true).size() == 200);
}

TEST_CASE("many files are read by several threads with the same result, the first fault wins", "[script][load]") {
  const test::TempDir directory;
  std::string previous;
  std::string all;
  for (int i = 0; i < 1500; ++i) {
    const auto id = "r" + std::to_string(10000 + i);
    directory.write("v/" + id + ".sql", file(id, previous));
    all += (i > 0 ? " " : "") + id;
    previous = id;
  }
  CHECK(load({directory.path() / "v"}) == all);
  directory.write("v/r11400.sql", "-- nothing\n");
  directory.write("v/r10900.sql", "-- nothing\n");
  CHECK_THROWS_WITH(load({directory.path() / "v"}), Catch::Contains("r10900.sql:1:"));
}
