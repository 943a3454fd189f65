#pragma once
#include <version>

/* What code must have in common to use one another's std::string and std::vector, as one word. migrate carries the
 * support library of revisions ready made; it serves every compiler and all flags that come to the same word, and to a
 * standard library that is not older. */

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer) || __has_feature(thread_sanitizer)
#define MIGRATE_SANITIZED 1
#endif
#endif

#if !defined(__GLIBCXX__) || !_GLIBCXX_USE_CXX11_ABI || defined(_GLIBCXX_DEBUG) || \
    defined(_GLIBCXX_INLINE_VERSION) && _GLIBCXX_INLINE_VERSION
#define MIGRATE_LIBRARY_ABI other
#elif defined(MIGRATE_SANITIZED) || defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define MIGRATE_LIBRARY_ABI other
#elif !defined(__ELF__) || __SIZEOF_POINTER__ != 8
#define MIGRATE_LIBRARY_ABI other
#elif defined(__x86_64__)
#define MIGRATE_LIBRARY_ABI libstdcxx_x86_64
#elif defined(__aarch64__) && !defined(__AARCH64EB__)
#define MIGRATE_LIBRARY_ABI libstdcxx_aarch64
#else
#define MIGRATE_LIBRARY_ABI other
#endif
