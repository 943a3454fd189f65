#pragma once
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "migrate/base/error.hpp"

namespace migrate::script {

/// A variable of a template: nothing (None), text, or a list of texts.
using TemplateValue = std::variant<std::monostate, std::string, std::vector<std::string>>;
using TemplateVariables = std::map<std::string, TemplateValue, std::less<>>;

/// The template is faulty; the message starts with "file:line: ".
class TemplateError : public base::Error {
 public:
  using Error::Error;
};

/// Renders mako-like text: ${name}, ${expr | filter, filter}, % if/elif/else/endif, % for/endfor, ## comments, <%text>,
/// <%doc>, backslash-newline. Filters: comma, str, trim, upper, lower. Throws TemplateError.
std::string render_template(std::string_view text, std::string_view name, const TemplateVariables& variables);

}  // namespace migrate::script
