// alembic.toml and the .env beside it. The input is the text of the one, then a line "=== .env", then that of the
// other. No message and no listing may hold the value of a variable that sounds secret.
#include <fstream>

#include "fuzz/target.hpp"
#include "migrate/base/files.hpp"
#include "migrate/command/config.hpp"

namespace {

using namespace migrate;

constexpr std::string_view k_cut = "\n=== .env\n";
constexpr std::string_view k_secret = "Zq7-secret-Zq7";

const base::TemporaryDirectory& folder() {
  static const base::TemporaryDirectory made("migrate-fuzz-");
  return made;
}

void keep_secret(std::string_view said, std::string_view input) {
  if (input.find(k_secret) != std::string_view::npos) return;
  test::promise(said.find(k_secret) == std::string_view::npos, "a password is never shown", said);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto input = test::text_of(data, size);
  const auto cut = input.find(k_cut);
  const auto toml = input.substr(0, cut);
  const auto dotenv = cut == std::string_view::npos ? std::string_view() : input.substr(cut + k_cut.size());
  std::ofstream(folder().path() / "alembic.toml", std::ios::binary) << toml;
  std::ofstream(folder().path() / ".env", std::ios::binary) << dotenv;

  command::GlobalOptions options;
  options.working_directory = folder().path();
  options.x = {{"tenant", "acme"}};
  const auto environment = base::fixed_environment({{"DB_PASSWORD", std::string(k_secret)}, {"NAME", "value"}});
  try {
    (void)command::load_config(options, environment);
    for (const auto& setting : command::effective_settings(options, environment)) {
      keep_secret(setting.value, input);
      keep_secret(setting.origin, input);
    }
  } catch (const base::Error& error) {
    test::promise(!std::string_view(error.what()).empty(), "a refusal says why");
    keep_secret(error.what(), input);
    keep_secret(error.hint(), input);
  }
  return 0;
}
