// RFC 8536: a header of 44 bytes ("TZif", version, 15 reserved, six counts), the data block in 32-bit times, and from
// version 2 on a second header and block in 64-bit times and a footer "\n<rule>\n".
#include "migrate/script/detail/zone_file.hpp"

#include <array>

namespace migrate::script::detail {
namespace {

constexpr std::size_t k_header = 44;
constexpr std::size_t k_type_size = 6;

std::int64_t read_number(std::string_view bytes, std::size_t at, std::size_t size) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < size; ++i) value = (value << 8U) | static_cast<unsigned char>(bytes[at + i]);
  return size == 4 ? static_cast<std::int32_t>(static_cast<std::uint32_t>(value)) : static_cast<std::int64_t>(value);
}

/// Where the parts of one data block lie.
struct Block {
  std::size_t times = 0, time_size = 0, transitions = 0, types = 0, type_count = 0, end = 0;

  [[nodiscard]] std::size_t indices() const { return times + transitions * time_size; }
};

std::optional<Block> find_block(std::string_view bytes, std::size_t at, std::size_t time_size) {
  if (bytes.size() < at + k_header || bytes.substr(at, 4) != "TZif") return std::nullopt;
  std::array<std::size_t, 6> counts{};  // UTC flags, standard flags, leap seconds, transitions, types, characters
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const auto count = read_number(bytes, at + 20 + 4 * i, 4);
    if (count < 0 || static_cast<std::size_t>(count) > bytes.size()) return std::nullopt;
    counts[i] = static_cast<std::size_t>(count);
  }
  Block block{at + k_header, time_size, counts[3], 0, counts[4], 0};
  block.types = block.indices() + counts[3];
  block.end = block.types + counts[4] * k_type_size + counts[5] + counts[2] * (time_size + 4) + counts[1] + counts[0];
  if (block.type_count == 0 || block.end > bytes.size()) return std::nullopt;
  return block;
}

std::optional<std::int64_t> type_offset(std::string_view bytes, const Block& block, std::size_t type) {
  if (type >= block.type_count) return std::nullopt;
  return read_number(bytes, block.types + type * k_type_size, 4);
}

/// Number of transitions at or before the moment.
std::size_t passed_transitions(std::string_view bytes, const Block& block, std::int64_t moment) {
  std::size_t low = 0;
  std::size_t high = block.transitions;
  while (low < high) {
    const auto middle = low + (high - low) / 2;
    const auto time = read_number(bytes, block.times + middle * block.time_size, block.time_size);
    time <= moment ? low = middle + 1 : high = middle;
  }
  return low;
}

std::string_view footer(std::string_view bytes, const Block& block) {
  auto rest = bytes.substr(block.end);
  if (block.time_size != 8 || !rest.starts_with('\n')) return {};
  rest.remove_prefix(1);
  return rest.substr(0, rest.find('\n'));
}

}  // namespace

std::optional<std::int64_t> zone_file_offset(std::string_view bytes, std::int64_t moment) {
  auto block = find_block(bytes, 0, 4);
  if (!block) return std::nullopt;
  if (bytes[4] >= '2') {
    block = find_block(bytes, block->end, 8);
    if (!block) return std::nullopt;
  }
  const auto passed = passed_transitions(bytes, *block, moment);
  if (passed == block->transitions) {
    if (const auto by_rule = zone_rule_offset(footer(bytes, *block), moment)) return by_rule;
  }
  if (passed == 0) return type_offset(bytes, *block, 0);
  return type_offset(bytes, *block, static_cast<unsigned char>(bytes[block->indices() + passed - 1]));
}

}  // namespace migrate::script::detail
