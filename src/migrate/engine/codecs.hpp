#pragma once
/// Every codec the engine brings: bool, integers, floating point, text, Numeric, Json, Uuid, bytea, date, timestamps,
/// Interval, and arrays of all of them.
#include "migrate/engine/codec.hpp"
#include "migrate/engine/codec_array.hpp"
#include "migrate/engine/codec_time.hpp"
#include "migrate/engine/values.hpp"
