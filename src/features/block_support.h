// What blocks of different makers share: refusals, settings that are true or false or lists, the shape of
// what comes, tables that follow from settings, the table of a transform.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "features/feature_def.h"

namespace mote::features {

// Errors: throws kInvalidArgument in the name of the step's block.
[[noreturn]] void refuse(const PreprocessingStep &step, const std::string &message, const std::string &hint);

// "true" or "false"; `more`: spellings beside 0 and 1.
AttrSpec truth_attr(const std::string &name, bool fallback, const std::string &doc,
                    const OtherNames &more = {{"False", "false"}, {"True", "true"}});
bool is_true(const PreprocessingStep &step, const std::string &name);

// What is set for a value that `values` does not list was meant otherwise. Errors: kInvalidArgument.
void refuse_idle(const PreprocessingStep &step, const std::string &setting, bool is_set, bool is_wanted,
                 const std::string &value);

// Sums of so many rows have 32 bits in integers. Errors: kInvalidArgument for longer windows.
void refuse_long(const PreprocessingStep &step, int32_t rows);

AttrSpec rows_rate_attr();  // rate_hz; 0: not known
// The rate in Hz. Errors: kInvalidArgument where it is not given.
double rate_of(const PreprocessingStep &step);

// Of what comes, whatever its rank.
inline int32_t channels_of(const Shape &in) { return in[-1]; }
inline int32_t rows_of(const Shape &in) { return static_cast<int32_t>(in.elements()) / in[-1]; }

// Settings that are texts with commas.
std::vector<std::string> listed(const std::string &text);  // "a, b" as a, b
// Errors: kInvalidArgument for what is no number.
std::vector<double> listed_numbers(const PreprocessingStep &step, const std::string &name);
using NamedBits = std::vector<std::pair<std::string, int32_t>>;
std::string all_names(const NamedBits &table);
// The sum of those that the setting `values` lists. Errors: kInvalidArgument; `what`: "statistic".
int32_t listed_bits(const PreprocessingStep &step, const NamedBits &table, const std::string &what);

AttrSpec axes_attr();
// The channels that the setting `axes` lists, or all. Errors: kInvalidArgument for one that there is not, or
// twice.
std::vector<float> chosen_axes(const PreprocessingStep &step, const Shape &in);

bool is_power_of_two(int64_t n);

// cos(2 pi k / n) for k from 0 to n / 4: the table of mote_rfft_f32.h.
std::vector<float> quarter_wave(int n);

// A number of -1 to 1 as 16 bits; what is 1 becomes the next one below.
float q15(double value);
// Cosine and sine of 2 pi k / n in Q15, k from 0 to 3 n / 4: the table of mote_rfft_s32.h.
std::vector<float> turns(int n);
// v as significand * 2^exponent, the significand of so many bits.
struct ScaledNumber {
  int32_t significand, exponent;
};
ScaledNumber scaled_number(double v, int bits);

// The facet `fit` of a block whose tables follow from its settings and the shape of what comes. The function
// gives every table of the block, some of them empty.
using Tables = std::map<std::string, std::vector<float>>;
using TablesOf = std::function<Tables(const PreprocessingStep &, const Shape &)>;
FeatureDef with_tables(FeatureDef def, TablesOf tables_of);

}  // namespace mote::features
