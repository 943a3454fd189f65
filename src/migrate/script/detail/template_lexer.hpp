#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace migrate::script::detail {

/// A piece of a template. Comments, <%doc> blocks and joined line ends are gone already.
struct TemplateToken {
  enum class Kind {
    text,        ///< goes to the output as it is
    expression,  ///< ${code | filters}
    control,     ///< a whole "% …" line; `code` is what stands behind the '%'
  };
  Kind kind = Kind::text;
  int line = 1;         ///< where it starts
  std::string code;     ///< the text, the expression, or the control line
  std::string filters;  ///< behind the '|', or empty
};

/// Cuts a template. `name` starts the message of every TemplateError ("name:line: …"): something unterminated, a tag
/// that cannot be honoured, bytes that are not UTF-8.
std::vector<TemplateToken> cut_template(std::string_view text, std::string_view name);

/// Throws TemplateError "name:line: message" with the hint.
[[noreturn]] void fail_template(std::string_view name, int line, std::string_view message, std::string_view hint = {});

}  // namespace migrate::script::detail
