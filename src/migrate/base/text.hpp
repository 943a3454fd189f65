#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Small text functions without any knowledge of SQL or revisions. All work on UTF-8 bytes.
namespace migrate::base {

/// `text` without leading and trailing blanks, tabs, carriage returns and newlines.
std::string_view trim(std::string_view text);

/// The pieces between separators, empty ones included: "a,,b" gives three. An empty text gives one empty piece.
std::vector<std::string_view> split(std::string_view text, char separator);

/// Trimmed, non-empty pieces: " a, ,b " gives "a" and "b".
std::vector<std::string> split_list(std::string_view text, char separator = ',');

std::string join(std::span<const std::string> parts, std::string_view separator);

/// ASCII only.
std::string to_lower(std::string_view text);
std::string to_upper(std::string_view text);

std::string replace_all(std::string_view text, std::string_view from, std::string_view to);

/// Byte offset of the first invalid UTF-8 sequence (overlong, surrogate and truncated ones included), or nothing.
std::optional<std::size_t> first_invalid_utf8(std::string_view text);

/// Number of characters (code points) of valid UTF-8.
std::size_t count_characters(std::string_view text);

/// The candidate with the smallest edit distance (a swap of neighbours counts once), if it is near enough to be what
/// the user meant; the first one wins a tie.
std::optional<std::string> nearest(std::string_view word, std::span<const std::string> candidates);

/// Whether `text` matches a glob pattern with `*` and `?` (one character); no classes.
bool matches_glob(std::string_view text, std::string_view pattern);

}  // namespace migrate::base
