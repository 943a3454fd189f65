#pragma once
#include <string>

namespace migrate::runtime {

/// How far a backfill is.
struct BackfillProgress {
  std::string table;             ///< as the revision names it
  long long rows = 0;            ///< changed so far, by earlier runs too
  long long batches = 0;         ///< of this run
  long long estimated_rows = 0;  ///< of the table, by its statistics; 0: not known
  bool resumed = false;          ///< an earlier run began it
  bool done = false;
};

}  // namespace migrate::runtime
