// The template engine, with the variables of a new revision file. Whatever it writes is UTF-8 again.
#include "fuzz/target.hpp"
#include "migrate/script/template.hpp"

namespace {

using namespace migrate;

const script::TemplateVariables& variables() {
  static const script::TemplateVariables all = {
      {"message", "add users\nand möre"},
      {"up_revision", "b03417887b93"},
      {"down_revision", "e9844b552bfa"},
      {"branch_labels", script::TemplateValue{}},
      {"depends_on", std::vector<std::string>{"a1", "b2"}},
      {"create_date", "2026-01-02 03:04:05"},
      {"upgrades", ""},
  };
  return all;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  test::gives_result([&] {
    const auto text = script::render_template(test::text_of(data, size), "t.mako", variables());
    test::promise(script::render_template(test::text_of(data, size), "t.mako", variables()) == text,
                  "a template gives the same text every time");
  });
  return 0;
}
