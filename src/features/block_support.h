// What blocks of different makers share: refusals, settings that are true or false, the table of a transform.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "features/feature_def.h"

namespace mote::features {

// Errors: throws kInvalidArgument in the name of the step's block.
[[noreturn]] void refuse(const PreprocessingStep &step, const std::string &message, const std::string &hint);

// "true" or "false"; `more`: spellings beside 0 and 1.
AttrSpec truth_attr(const std::string &name, bool fallback, const std::string &doc,
                    const OtherNames &more = {{"False", "false"}, {"True", "true"}});
bool is_true(const PreprocessingStep &step, const std::string &name);

bool is_power_of_two(int64_t n);

// cos(2 pi k / n) for k from 0 to n / 4: the table of mote_rfft_f32.h.
std::vector<float> quarter_wave(int n);

}  // namespace mote::features
