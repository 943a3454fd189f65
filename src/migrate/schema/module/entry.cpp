#include <cxxabi.h>

#include <cstdlib>
#include <exception>
#include <memory>
#include <typeinfo>

#include "migrate/schema/operations.hpp"
#include "migrate/schema/sink.hpp"

namespace migrate::schema {
namespace {

std::string type_of_current_exception() {
  const std::type_info* type = abi::__cxa_current_exception_type();
  if (type == nullptr) return {};
  int status = 0;
  const std::unique_ptr<char, void (*)(void*)> name(abi::__cxa_demangle(type->name(), nullptr, nullptr, &status),
                                                    std::free);
  return status == 0 && name ? name.get() : type->name();
}

/// Tells what is being thrown; nothing more can be done when even that fails.
int tell_failure(Sink& sink, std::string text) noexcept {
  try {
    Request request;
    request.kind = RequestKind::failed;
    request.text = std::move(text);
    request.exception = type_of_current_exception();
    sink.end(std::move(request));
  } catch (...) {
    return 1;
  }
  return 1;
}

int run(void (*function)(void*), Sink& sink) {
  try {
    Operations operations(sink);
    function(&operations);
    sink.end(Request{});
    return 0;
  } catch (const std::exception& error) {
    return tell_failure(sink, error.what());
  } catch (...) {
    return tell_failure(sink, "");
  }
}

}  // namespace
}  // namespace migrate::schema

extern "C" int migrate_run_revision(void (*function)(void*), const MigrateChannel* channel, const char* info,
                                    size_t info_size) {
  try {
    migrate::schema::Sink sink(*channel, migrate::schema::decode_info({info, info_size}));
    return migrate::schema::run(function, sink);
  } catch (...) {
    return 1;  // bytes that cannot be read: this library and migrate are of different versions
  }
}
