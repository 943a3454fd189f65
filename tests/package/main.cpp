// Uses an installed migrate as an application would: a parsed URL and an empty history.
#include <cstdio>

#include "migrate/engine/url.hpp"
#include "migrate/script/revision_graph.hpp"

int main() {
  const auto url = migrate::engine::Url::parse("postgresql+asyncpg://app:secret@db.example/shop");
  const auto graph = migrate::script::RevisionGraph::load({});
  std::printf("%s, %zu revisions\n", url.to_string().c_str(), graph.size());
  return url.database == "shop" && graph.size() == 0 ? 0 : 1;
}
