// What names of columns usually mean. Only hints: data/columns.h looks at the values too.
#pragma once

#include <string>

namespace mote {

std::string lower(std::string text);

bool is_time_name(const std::string &name);      // "Time (s)", "seconds_elapsed", "millis", "t_us", "ts"
bool is_index_name(const std::string &name);     // "", "index", "sample", "Unnamed: 0"
bool is_label_name(const std::string &name);     // "label", "activity"
bool is_quantity_name(const std::string &name);  // "temperature", "pressure_hpa": rises without being a clock
bool is_group_name(const std::string &name);     // "subject", "user_id"
bool is_recording_name(const std::string &name);  // "recording", "trial_id"

}  // namespace mote
