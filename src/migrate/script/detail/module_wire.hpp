#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// What migrate and the process of its modules say to each other: frames of a kind, a size, and bytes.
namespace migrate::script::detail {

enum class FrameKind : std::uint32_t {
  loaded,   ///< one byte for each revision: 1 upgrade, 2 downgrade
  refused,  ///< LoadFailure: '1' for a library, message, zero, hint
  run,      ///< to the modules: direction, number of the revision, zero, info
  request,
  told,    ///< a request that gets no answer
  answer,  ///< to the modules
  error,   ///< to the modules
  done,    ///< '1': it returned, '0': it threw
};

struct Frame {
  FrameKind kind = FrameKind::done;
  std::string bytes;
};

/// One end of a socket. Used by one thread.
class FrameSocket {
 public:
  explicit FrameSocket(int socket = -1) : socket_(socket) {}
  ~FrameSocket() { close(); }
  FrameSocket(const FrameSocket&) = delete;
  FrameSocket& operator=(const FrameSocket&) = delete;

  [[nodiscard]] int descriptor() const noexcept { return socket_; }
  void reset(int socket);
  void close();

  /// Goes with the next send().
  void put(FrameKind kind, std::string_view bytes);
  /// Waits until it is sent, whatever else happens. False: nobody is there any more.
  bool send(FrameKind kind, std::string_view bytes);
  /// Waits for a frame. Nothing: nobody is there any more.
  std::optional<Frame> receive();

  enum class State { open, ended };
  /// Sends what can be sent without waiting, and takes it off `bytes`.
  State send_some(std::string_view& bytes) const;
  /// Reads what has come, without waiting.
  State read_some();
  /// A frame that is there as a whole. Nothing: more must be read.
  std::optional<Frame> take();

  static std::string header(FrameKind kind, std::string_view bytes);

 private:
  int socket_;
  std::string buffer_;
  std::string unsent_;
};

}  // namespace migrate::script::detail
