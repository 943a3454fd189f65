#include "migrate/cli/graph_formats.hpp"

#include <fmt/format.h>

#include <string_view>
#include <unordered_set>

#include "migrate/base/text.hpp"

namespace migrate::cli {
namespace {

constexpr std::string_view k_more = " \xE2\x80\xA6";  // an ellipsis

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

/// Id, labels and marks as the text form has them.
std::string name_and_marks(const command::RevisionView& revision) {
  std::string text = revision.id;
  if (!revision.labels.empty()) text += fmt::format(" ({})", base::join(revision.labels, ", "));
  if (revision.head) text += " (head)";
  if (revision.effective_head) text += " (effective head)";
  if (revision.current) text += " (current)";
  return text;
}

/// How a format writes the parts of a drawing.
struct Writer {
  std::function<void(const command::RevisionView&)> node;
  std::function<void(const std::string& id)> outside;
  std::function<void(const std::string& from, const std::string& to, bool dependency)> edge;
};

/// Nodes before the edges that need them, oldest first: renderers place things in that order.
void write(Revisions revisions, const Writer& writer) {
  std::unordered_set<std::string_view> known;
  for (const auto& revision : revisions) known.insert(revision.id);
  for (auto i = revisions.rbegin(); i != revisions.rend(); ++i) writer.node(*i);
  const auto lines = [&](const command::RevisionView& to, const std::vector<std::string>& from, bool dependency) {
    for (const auto& id : from) {
      if (known.insert(id).second) writer.outside(id);
      writer.edge(id, to.id, dependency);
    }
  };
  for (auto i = revisions.rbegin(); i != revisions.rend(); ++i) {
    lines(*i, i->parents, false);
    lines(*i, i->dependencies, true);
  }
}

/// A name Mermaid takes for nothing else, another one for every id: what is not a letter or digit is written in hex.
std::string mermaid_name(std::string_view id) {
  std::string name = "rev_";
  for (const char c : id) {
    if (is_word(c)) {
      name += c;
    } else {
      name += fmt::format("_{:02x}", static_cast<unsigned char>(c));
    }
  }
  return name;
}

/// Inside quotes Mermaid still looks for entities, markup, directives and line breaks; character codes mean themselves.
std::string mermaid_text(std::string_view text) {
  constexpr std::string_view k_harmless = " .,:_-+/()='!?";
  std::string result;
  for (const char c : text) {
    if (is_control(c)) {
      result += ' ';
    } else if (is_word(c) || k_harmless.find(c) != std::string_view::npos || static_cast<unsigned char>(c) >= 0x80) {
      result += c;
    } else {
      result += fmt::format("#{};", static_cast<int>(c));
    }
  }
  return result;
}

/// Between double quotes. A backslash is doubled, for a label would take it for the begin of an escape.
std::string dot_text(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += is_control(c) ? ' ' : c;
  }
  return result;
}

}  // namespace

std::string mermaid(Revisions revisions) {
  std::string text = "flowchart TD\n";
  bool any_current = false;
  bool any_outside = false;
  const auto node = [&](const command::RevisionView& revision) {
    any_current = any_current || revision.current;
    text += fmt::format("    {}[\"{}<br/>{}\"]{}\n", mermaid_name(revision.id), mermaid_text(name_and_marks(revision)),
                        mermaid_text(revision.title), revision.current ? ":::current" : "");
  };
  const auto outside = [&](const std::string& id) {
    any_outside = true;
    text += fmt::format("    {}[\"{}{}\"]:::outside\n", mermaid_name(id), mermaid_text(id), k_more);
  };
  const auto edge = [&](const std::string& from, const std::string& to, bool dependency) {
    text += fmt::format("    {} {} {}\n", mermaid_name(from), dependency ? "-.->" : "-->", mermaid_name(to));
  };
  write(revisions, {node, outside, edge});
  if (any_current) text += "    classDef current stroke-width:4px\n";
  if (any_outside) text += "    classDef outside stroke-dasharray:2 4\n";
  return text;
}

std::string dot(Revisions revisions) {
  std::string text = "digraph history {\n    node [shape=box];\n";
  const auto node = [&](const command::RevisionView& revision) {
    text +=
        fmt::format("    \"{}\" [label=\"{}\\n{}\"{}];\n", dot_text(revision.id), dot_text(name_and_marks(revision)),
                    dot_text(revision.title), revision.current ? ", penwidth=3" : "");
  };
  const auto outside = [&](const std::string& id) {
    text += fmt::format("    \"{0}\" [label=\"{0}{1}\", style=dotted];\n", dot_text(id), k_more);
  };
  const auto edge = [&](const std::string& from, const std::string& to, bool dependency) {
    text += fmt::format("    \"{}\" -> \"{}\"{};\n", dot_text(from), dot_text(to), dependency ? " [style=dashed]" : "");
  };
  write(revisions, {node, outside, edge});
  return text + "}\n";
}

}  // namespace migrate::cli
