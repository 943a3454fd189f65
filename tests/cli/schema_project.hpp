#pragma once
#include <string>
#include <string_view>

#include "expect.hpp"
#include "support/test_server.hpp"

namespace migrate::test {

/// A project whose desired schema is schema.sql; scratch databases are made on the test server.
class SchemaProject : public Project {
 public:
  explicit SchemaProject(std::string_view schema, std::string_view settings = {})
      : Project(fmt_settings() + std::string(settings)) {
    write_schema(schema);
  }

  void write_schema(std::string_view text) const { directory().write("schema.sql", text); }

  /// Text of the n-th file that a run printed the path of.
  [[nodiscard]] static std::string written(const RunResult& result, std::size_t n = 0);
  /// Writes a revision for what differs and applies it; what was written.
  std::string autogenerate() const;

 private:
  static std::string fmt_settings() {
    return "autogenerate.dev_url = \"" + test_server_url().to_string(engine::Password::shown) + "\"\n";
  }
};

/// How many times `part` stands in `text`.
std::size_t count_of(std::string_view text, std::string_view part);

}  // namespace migrate::test
