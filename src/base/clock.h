// The time that a run, its folder and its notes are given: local time, or, where SOURCE_DATE_EPOCH is set
// (https://reproducible-builds.org/specs/source-date-epoch), those seconds since 1970 in UTC, so that what is
// made again has the same bytes. How long something takes is never measured with it.
#pragma once

#include <ctime>

namespace mote {

// Errors: kInvalidArgument where SOURCE_DATE_EPOCH is no such number.
std::tm record_time();

}  // namespace mote
