#pragma once
#include <string>

/// Passwords that were typed where others can read them.
namespace migrate::cli {

/// Overwrites the passwords of URLs and of `password=` in a word of the command line, where the process list shows it.
void mask_typed_password(char* word) noexcept;

/// The text with the passwords of the URLs in it as ***. Messages of the layers below hold none; but a URL may have
/// been typed where a revision or a command was wanted, and be quoted as such.
std::string without_url_passwords(const std::string& text);

}  // namespace migrate::cli
