#pragma once
#include <string>
#include <string_view>

#include "migrate/script/template.hpp"

namespace migrate::test {

/// The variables that the template tests share.
inline script::TemplateVariables template_variables() {
  return {
      {"message", "add users\nand more"},
      {"up_revision", "b03417887b93"},
      {"down_revision", "e9844b552bfa"},
      {"branch_labels", script::TemplateValue{}},
      {"depends_on", std::vector<std::string>{"a1", "b2"}},
      {"upgrades", ""},
      {"items", std::vector<std::string>{"p", "q", "r"}},
      {"nothing", std::vector<std::string>{}},
  };
}

inline std::string render(std::string_view text) {
  return script::render_template(text, "t.mako", template_variables());
}

/// What is wrong with the template: "message | hint"; "" when nothing is.
inline std::string template_fault(std::string_view text) {
  try {
    render(text);
  } catch (const script::TemplateError& error) {
    return std::string(error.what()) + " | " + error.hint();
  }
  return {};
}

}  // namespace migrate::test
