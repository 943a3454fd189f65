#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "migrate/schema/bind.hpp"
#include "migrate/schema/operation.hpp"

/// What a running revision and migrate say to each other. Carried as bytes (encode, decode), so that the two may be
/// built by different compilers and live in different processes.
namespace migrate::schema {

enum class RequestKind : std::uint8_t {
  operations,  ///< nothing more than the operations so far; answered when they are done
  query,       ///< text and parameters: rows are the answer
  backfill,    ///< table and backfill
  log,         ///< text for the user; comes without operations, and they are not waited for
  finished,    ///< the function returned
  failed,      ///< it threw: text is what(), exception the type
};

/// A request. The operations asked for before it come along and are to be done first.
struct Request {
  RequestKind kind = RequestKind::finished;
  std::vector<PlacedOperation> operations;
  std::string file;  ///< where it was asked for; empty: not known
  unsigned line = 0;
  std::string text;
  Row parameters;
  std::string exception;
  std::string table;
  BackfillOptions backfill;
};

enum class ErrorKind : std::uint8_t { statement, offline, other };

/// The answer to a request that could not be carried out; thrown in the revision as StatementError, OfflineError or
/// std::runtime_error.
struct ErrorReply {
  ErrorKind kind = ErrorKind::other;
  std::string message;
  std::string sqlstate;
};

/// What a revision is told when it starts.
struct RunInfo {
  std::string revision;
  bool offline = false;
  std::vector<std::pair<std::string, std::string>> x;
};

/// Bytes that cannot be what they are said to be: the revision's memory is damaged.
class WireError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

std::string encode(const Request& request);
std::string encode(const QueryResult& result);
std::string encode(const ErrorReply& reply);
std::string encode(const RunInfo& info);

/// These throw WireError.
Request decode_request(std::string_view bytes);
QueryResult decode_result(std::string_view bytes);
ErrorReply decode_error(std::string_view bytes);
RunInfo decode_info(std::string_view bytes);

}  // namespace migrate::schema
