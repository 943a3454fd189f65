#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "migrate/script/revision_graph.hpp"

namespace migrate::test {

/// Revisions written as text, in load order of first mention; statements end with ';':
///   a -> b -> c            parents      e = merge(c, d)    a merge of c and d
///   f depends b, c         depends_on   label x, y on b    branch labels
std::vector<script::Revision> revisions_of(std::string_view history);

script::RevisionGraph graph_of(std::string_view history);

/// Ids of revisions, in the order given, joined by blanks.
std::string ids_of(const script::RevisionGraph& graph, const std::vector<script::Index>& revisions);

/// The fault of the ResolutionError that `action` throws, by the words of the acceptance cases; "" when it throws none.
template <typename Action>
std::string fault_of(Action action);

std::string_view name_of(script::ResolutionFault fault);

template <typename Action>
std::string fault_of(Action action) {
  try {
    action();
  } catch (const script::ResolutionError& error) {
    return std::string(name_of(error.fault()));
  }
  return {};
}

}  // namespace migrate::test
