// What people and boards say of a run, in files of its folder that no digest covers: tags.txt, notes.md and
// devices.json.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "mote/device.h"
#include "mote/runs.h"

namespace mote {

// In the order in which they were given; a file that somebody wrote by hand is read line by line.
std::vector<std::string> tags_of(const std::string &run_path);
// Each whole, with its time, the oldest first.
std::vector<std::string> notes_of(const std::string &run_path);

// A note without its time.
std::string note_text(const std::string &note);

// What a profile says in numbers: flash_bytes, ram_bytes, instructions, ms, target.
nlohmann::json target_figures(const Profile &profile);
// The last measurement of the int8 model that is in the run; null: there is none.
nlohmann::json kept_profile(const Run &run);

}  // namespace mote
