#include "migrate/script/template.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "migrate/base/text.hpp"
#include "migrate/script/detail/template_expression.hpp"
#include "migrate/script/detail/template_lexer.hpp"

namespace migrate::script {
namespace {

using detail::Expression;
using detail::Scope;
using detail::TemplateToken;
using detail::Value;

constexpr int k_deepest_block = 64;
constexpr std::array<std::string_view, 6> k_loop_names = {"loop.index", "loop.reverse_index", "loop.first",
                                                          "loop.last",  "loop.even",          "loop.odd"};

struct Node;

/// An if, elif or else of a conditional (else: no condition), or the one body of a loop.
struct Branch {
  std::optional<Expression> condition;
  std::vector<Node> body;
};

struct Node {
  enum class Kind { text, expression, conditional, loop };
  Kind kind = Kind::text;
  int line = 1;
  std::string text;  ///< the text, or the loop's name
  Expression expression;
  std::vector<std::string> filters;
  std::vector<Branch> branches;
};

/// A control line cut into its first word and the rest.
struct Control {
  std::string_view keyword;
  std::string_view rest;
  int line;
};

class TreeBuilder {
 public:
  TreeBuilder(std::vector<TemplateToken> tokens, std::string_view file, std::vector<std::string> names)
      : tokens_(std::move(tokens)), file_(file), names_(std::move(names)) {}

  std::vector<Node> build() { return body({}); }

 private:
  /// Everything up to the control line that ends or continues `open`; that line stays to be read by the caller.
  std::vector<Node> body(const Control& open) {
    if (++depth_ > k_deepest_block) fail(open.line, "blocks are nested too deeply");
    std::vector<Node> nodes;
    for (; at_ < tokens_.size(); ++at_) {
      const auto& token = tokens_[at_];
      if (token.kind == TemplateToken::Kind::control) {
        const auto control = cut(token);
        if (ends_body(control, open)) break;
        nodes.push_back(control.keyword == "if" ? conditional(control) : loop(control));
      } else {
        nodes.push_back(leaf(token));
      }
    }
    if (at_ == tokens_.size() && !open.keyword.empty()) {
      fail(open.line, fmt::format("'% {}' is never closed", open.keyword),
           fmt::format("Close it with '% end{}'.", open.keyword));
    }
    --depth_;
    return nodes;
  }

  Node leaf(const TemplateToken& token) {
    Node node;
    node.line = token.line;
    if (token.kind == TemplateToken::Kind::text) {
      node.text = token.code;
      return node;
    }
    node.kind = Node::Kind::expression;
    node.expression = detail::parse_expression({token.code, file_, token.line, names_});
    const auto line_of_filters = token.line + static_cast<int>(std::ranges::count(token.code, '\n'));
    if (!base::trim(token.filters).empty()) node.filters = detail::parse_filters(token.filters, file_, line_of_filters);
    return node;
  }

  Control cut(const TemplateToken& token) const {
    const std::string_view line = token.code;
    std::size_t end = 0;
    while (end < line.size() && ((line[end] >= 'a' && line[end] <= 'z') || line[end] == '_')) ++end;
    return {line.substr(0, end), line.substr(end), token.line};
  }

  /// Whether the control line belongs to the block `open`. Refuses what fits nowhere.
  bool ends_body(const Control& control, const Control& open) const {
    const auto word = control.keyword;
    if (word == "if" || word == "for") return false;
    const bool continues = word == "elif" || word == "else";
    if (!continues && word != "endif" && word != "endfor") refuse(control);
    const std::string_view owner = word == "endfor" ? "for" : "if";
    if (open.keyword == owner) {
      if (!continues && !base::trim(control.rest.substr(0, control.rest.find('#'))).empty()) {
        fail(control.line, fmt::format("nothing may stand behind '% {}'", word));
      }
      return true;
    }
    if (open.keyword.empty()) fail(control.line, fmt::format("'% {}' without '% {}' before it", word, owner));
    fail(control.line, fmt::format("'% {}' inside the '% {}' of line {}", word, open.keyword, open.line),
         fmt::format("Close that block first, with '% end{}'.", open.keyword));
  }

  [[noreturn]] void refuse(const Control& control) const {
    const std::vector<std::string> known = {"if", "elif", "else", "endif", "for", "endfor"};
    const std::string_view line = tokens_[at_].code;
    const std::string word(control.keyword.empty() ? line : control.keyword);
    if (line.empty()) fail(control.line, "a line of only '%'", "Write '%%' for a line that starts with '%'.");
    fail(control.line, fmt::format("'% {}' is not a control line", word),
         detail::suggestion(word, known) + " Write '%%' for a line that starts with '%'.");
  }

  Node conditional(Control control) {
    Node node{Node::Kind::conditional, control.line, {}, {}, {}, {}};
    const Control open = control;
    while (control.keyword != "endif") {
      Branch branch;
      if (!node.branches.empty() && !node.branches.back().condition) {
        fail(control.line, fmt::format("'% {}' after '% else'", control.keyword));
      }
      const detail::ExpressionSource source{control.rest, file_, control.line, names_};
      if (control.keyword == "else") {
        detail::expect_colon(source);
      } else {
        branch.condition = detail::parse_condition(source);
      }
      ++at_;
      branch.body = body(open);
      node.branches.push_back(std::move(branch));
      control = cut(tokens_[at_]);
    }
    return node;
  }

  Node loop(const Control& control) {
    Node node{Node::Kind::loop, control.line, {}, {}, {}, {}};
    std::tie(node.text, node.expression) = detail::parse_for({control.rest, file_, control.line, names_});
    const auto outside = names_.size();
    names_.push_back(node.text);
    names_.insert(names_.end(), k_loop_names.begin(), k_loop_names.end());
    ++at_;
    node.branches.push_back({std::nullopt, body(control)});
    names_.resize(outside);
    return node;
  }

  [[noreturn]] void fail(int line, std::string_view message, std::string_view hint = {}) const {
    detail::fail_template(file_, line, message, hint);
  }

  std::vector<TemplateToken> tokens_;
  std::string_view file_;
  std::vector<std::string> names_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

class Writer {
 public:
  Writer(Scope scope, std::string_view file) : scope_(std::move(scope)), effort_(file) {}

  void write(const std::vector<Node>& nodes) {
    for (const auto& node : nodes) {
      effort_.spend(sizeof(Node) + node.text.size(), node.line);
      switch (node.kind) {
        case Node::Kind::text:
          output_ += node.text;
          break;
        case Node::Kind::expression:
          write_value(node);
          break;
        case Node::Kind::conditional:
          write_branch(node);
          break;
        case Node::Kind::loop:
          write_loop(node);
          break;
      }
    }
  }

  std::string take() { return std::move(output_); }

 private:
  void write_value(const Node& node) {
    auto value = detail::evaluate(node.expression, scope_, effort_);
    for (const auto& filter : node.filters) {
      effort_.spend(detail::weight(value), node.line);
      value = detail::apply_filter(filter, value);
    }
    effort_.spend(detail::weight(value), node.line);
    output_ += detail::str(value);
  }

  void write_branch(const Node& node) {
    for (const auto& branch : node.branches) {
      if (!branch.condition || detail::truth(detail::evaluate(*branch.condition, scope_, effort_))) {
        write(branch.body);
        return;
      }
    }
  }

  void write_loop(const Node& node) {
    const auto items = detail::evaluate(node.expression, scope_, effort_);
    effort_.spend(detail::weight(items), node.line);
    const auto* list = items.list();
    if (list == nullptr) {
      detail::fail_template(effort_.file(), node.line,
                            fmt::format("'% for' needs a list, and this is {}", detail::kind_of(items)),
                            "Guard it with '% if', or loop over text.splitlines().");
    }
    const auto outside = scope_.size();
    const auto count = static_cast<std::int64_t>(list->size());
    for (std::int64_t i = 0; i < count; ++i) {
      const Value facts[] = {{i}, {count - 1 - i}, {i == 0}, {i == count - 1}, {i % 2 == 0}, {i % 2 == 1}};
      scope_.emplace_back(node.text, (*list)[static_cast<std::size_t>(i)]);
      for (std::size_t k = 0; k < k_loop_names.size(); ++k) scope_.emplace_back(k_loop_names[k], facts[k]);
      write(node.branches.front().body);
      scope_.resize(outside);
    }
  }

  Scope scope_;
  detail::Effort effort_;
  std::string output_;
};

Value to_value(const TemplateValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return {*text};
  const auto* list = std::get_if<std::vector<std::string>>(&value);
  if (list == nullptr) return {};
  std::vector<Value> items;
  for (const auto& item : *list) items.push_back({item});
  return {std::move(items)};
}

}  // namespace

std::string render_template(std::string_view text, std::string_view name, const TemplateVariables& variables) {
  Scope scope;
  std::vector<std::string> names;
  for (const auto& [key, value] : variables) {
    names.push_back(key);
    scope.emplace_back(key, to_value(value));
  }
  const auto tree = TreeBuilder(detail::cut_template(text, name), name, std::move(names)).build();
  Writer writer(std::move(scope), name);
  writer.write(tree);
  return writer.take();
}

}  // namespace migrate::script
