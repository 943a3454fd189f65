#pragma once
#include <string>
#include <string_view>

#include "migrate/engine/detail/exchange.hpp"

namespace migrate::engine::detail {

/// COPY … FROM STDIN. Paused whenever it can take data; command_timeout bounds each pause's arrival.
class CopyIn final : public Exchange {
 public:
  explicit CopyIn(Channel& channel);
  void start(std::string_view sql);

  /// After the first drive: whether the server takes data. Else drive to the end and finish(), which tells why.
  [[nodiscard]] bool takes_data() const noexcept;
  /// Then drive.
  void put(std::string_view data);
  /// Then drive to the end. `error`: makes the COPY fail with these words.
  void end(const char* error = nullptr);
  /// Throws what the data was refused for; the number of rows taken.
  Result finish();
  bool finish_abandoned() noexcept { return settle_abandoned(); }

 private:
  Progress advance() override;
  void on_cut() override;
  bool ended_ = false;
  bool copied_ = false;
};

/// COPY … TO STDOUT. Paused at each line.
class CopyOut final : public Exchange {
 public:
  explicit CopyOut(Channel& channel);
  void start(std::string_view sql);

  /// Before the driver goes on to the next line.
  void next_line();
  /// With its newline; empty when over(). Valid until the driver goes on.
  [[nodiscard]] std::string_view line() const noexcept;
  Result finish();

  /// As of a RowSource.
  bool abandon();
  bool finish_abandoned() noexcept { return settle_abandoned(); }

 private:
  Progress advance() override;
  bool copied_ = false;
  bool abandoned_ = false;
};

}  // namespace migrate::engine::detail
