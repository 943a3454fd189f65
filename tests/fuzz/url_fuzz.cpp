// Database URLs: what is taken can be written and read again, and is never shown with its password.
#include "fuzz/target.hpp"
#include "migrate/engine/url.hpp"

namespace {

using namespace migrate;
using engine::Password;
using test::promise;

/// A password that could not be in the text by chance, stands for the one given.
void hide(engine::Url url) {
  constexpr std::string_view secret = "Zq7-secret-Zq7";
  url.password = secret;
  promise(url.to_string().find(secret) == std::string::npos, "a URL is shown without its password", url.to_string());
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = test::text_of(data, size);
  test::gives_result([&] {
    auto url = engine::Url::parse(text);
    const auto written = url.to_string(Password::shown);
    engine::Url again;
    if (!test::gives_result([&] { again = engine::Url::parse(written); })) {
      test::broken("a URL as it is written can be read", written);
    }
    url.driver.clear();
    promise(again == url, "a URL as it is written means the same", written);
    if (text.find("Zq7-secret-Zq7") == std::string_view::npos) hide(std::move(url));
  });
  test::gives_result([&] { (void)engine::percent_decode(text); });
  if (text.find('\0') == std::string_view::npos) {
    promise(engine::percent_decode(engine::percent_encode(text)) == text, "what is encoded can be decoded");
  }
  return 0;
}
