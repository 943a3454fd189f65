#pragma once
#include <stddef.h>

/* What migrate and a revision's module share: plain C, so that any compiler and standard library will do. */

#ifdef __cplusplus
extern "C" {
#endif

/** How a running revision reaches migrate. */
typedef struct MigrateChannel {
  void* host;
  /** Sends one request. 0: `reply` is the answer; 1: it is an error. The reply stays valid until the next call. */
  int (*call)(void* host, const char* request, size_t request_size, const char** reply, size_t* reply_size);
  /** Sends what needs no answer: it arrives before the next call, or when the revision has ended. 0: it will. Null:
   * there is no such way, `call` does it too. */
  int (*tell)(void* host, const char* text, size_t size);
} MigrateChannel;

/** Runs upgrade or downgrade of a revision, given as `function`, to its end. Never throws. 0: done; 1: it threw, and
 * what it threw was the last request. */
int migrate_run_revision(void (*function)(void*), const MigrateChannel* channel, const char* info, size_t info_size);

#ifdef __cplusplus
}
#endif
