#include "migrate/schema/sink.hpp"

#include <stdexcept>

namespace migrate::schema {

void Sink::add(Place at, Operation operation) {
  pending_.push_back({at.file, at.line, std::move(operation)});
}

std::string Sink::call(Request request, Place at) {
  request.file = at.file;
  request.line = at.line;
  return call(std::move(request));
}

void Sink::log(std::string_view text) {
  Request request;
  request.kind = RequestKind::log;
  request.text = text;
  send(request);
}

std::string Sink::call(Request request) {
  request.operations = std::exchange(pending_, {});
  return send(request);
}

void Sink::end(Request request) {
  if (channel_.tell == nullptr) {
    call(std::move(request));
    return;
  }
  request.operations = std::exchange(pending_, {});
  const std::string bytes = encode(request);
  if (channel_.tell(channel_.host, bytes.data(), bytes.size()) != 0) throw std::runtime_error("migrate is gone");
}

std::string Sink::send(const Request& request) {
  const std::string bytes = encode(request);
  const char* reply = nullptr;
  std::size_t size = 0;
  const bool refused = channel_.call(channel_.host, bytes.data(), bytes.size(), &reply, &size) != 0;
  std::string answer(reply == nullptr ? "" : reply, size);
  if (!refused) return answer;
  const ErrorReply error = decode_error(answer);
  switch (error.kind) {
    case ErrorKind::statement:
      throw StatementError(error.message, error.sqlstate);
    case ErrorKind::offline:
      throw OfflineError(error.message);
    case ErrorKind::other:
      break;
  }
  throw std::runtime_error(error.message);
}

}  // namespace migrate::schema
