#include "history_text.hpp"

#include <algorithm>
#include <stdexcept>

#include "migrate/base/text.hpp"

namespace migrate::test {
namespace {

class HistoryText {
 public:
  std::vector<script::Revision> read(std::string_view history) {
    for (const auto statement : base::split(history, ';')) {
      if (const auto text = base::trim(statement); !text.empty()) take(text);
    }
    return std::move(revisions_);
  }

 private:
  script::Revision& revision(std::string_view id) {
    const auto found = std::ranges::find(revisions_, id, &script::Revision::id);
    if (found != revisions_.end()) return *found;
    script::Revision added;
    added.id = id;
    added.path = std::string(id) + ".sql";
    return revisions_.emplace_back(std::move(added));
  }

  void take(std::string_view text) {
    if (const auto at = text.find(" = merge("); at != std::string_view::npos) {
      const auto parents = text.substr(at + 9, text.size() - at - 10);
      revision(base::trim(text.substr(0, at))).down_revisions = base::split_list(parents);
    } else if (const auto depends = text.find(" depends "); depends != std::string_view::npos) {
      revision(base::trim(text.substr(0, depends))).depends_on = base::split_list(text.substr(depends + 9));
    } else if (text.starts_with("label ")) {
      const auto on = text.find(" on ");
      revision(base::trim(text.substr(on + 4))).branch_labels = base::split_list(text.substr(6, on - 6));
    } else {
      chain(text);
    }
  }

  void chain(std::string_view text) {
    std::string parent;
    while (!text.empty()) {
      const auto arrow = text.find("->");
      const std::string id(base::trim(text.substr(0, arrow)));
      if (id.empty()) throw std::invalid_argument("a history has a name missing at an arrow");
      auto& child = revision(id);
      if (!parent.empty()) child.down_revisions.push_back(parent);
      parent = id;
      text = arrow == std::string_view::npos ? std::string_view() : text.substr(arrow + 2);
    }
  }

  std::vector<script::Revision> revisions_;
};

}  // namespace

std::vector<script::Revision> revisions_of(std::string_view history) {
  return HistoryText().read(history);
}

script::RevisionGraph graph_of(std::string_view history) {
  return script::RevisionGraph(revisions_of(history));
}

std::string ids_of(const script::RevisionGraph& graph, const std::vector<script::Index>& revisions) {
  std::vector<std::string> ids;
  for (const auto i : revisions) ids.push_back(graph[i].id);
  return base::join(ids, " ");
}

std::string_view name_of(script::ResolutionFault fault) {
  using Fault = script::ResolutionFault;
  switch (fault) {
    case Fault::unknown_revision:
      return "unknown-revision";
    case Fault::ambiguous_prefix:
      return "ambiguous-prefix";
    case Fault::not_in_branch:
      return "not-in-branch";
    case Fault::multiple_heads:
      return "multiple-heads";
    case Fault::ambiguous_walk:
      return "ambiguous-walk";
    case Fault::ambiguous_current:
      return "ambiguous-current";
    case Fault::relative_out_of_range:
      return "relative-out-of-range";
    case Fault::not_on_path:
      return "not-on-path";
    case Fault::overlapping_revisions:
      return "overlapping-revisions";
    case Fault::range_not_allowed:
      return "range-not-allowed-online";
  }
  return "";
}

}  // namespace migrate::test
