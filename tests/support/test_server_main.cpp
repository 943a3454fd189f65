// The ctest fixture: test_server start DIR | stop DIR. Both may be repeated. The server outlives `start`; `stop`
// removes DIR.
#include <cstdio>
#include <filesystem>
#include <string_view>

#include "migrate/server/private_server.hpp"

namespace {

int run(std::string_view verb, const std::filesystem::path& directory) {
  migrate::server::PrivateServer server({.directory = directory, .durable = false});
  if (verb == "start") {
    server.start();
  } else {
    server.stop();
    std::filesystem::remove_all(directory);
  }
  return 0;
}

}  // namespace

int main(int count, char** words) {
  const std::string_view verb = count == 3 ? words[1] : "";
  if (verb != "start" && verb != "stop") {
    std::fputs("usage: test_server start|stop DIRECTORY\n", stderr);
    return 2;
  }
  try {
    return run(verb, words[2]);
  } catch (const migrate::base::Error& error) {
    std::fprintf(stderr, "test_server: %s\n%s\n", error.what(), error.hint().c_str());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "test_server: %s\n", error.what());
  }
  return 1;
}
