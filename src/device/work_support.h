// What the counts of several routines share.
#pragma once

#include <string>
#include <vector>

#include "device/work.h"

namespace mote {

// The parameters of a call by name.
class CallFields {
 public:
  explicit CallFields(const CCall &call) : call_(call) {}
  double operator()(const std::string &name) const { return static_cast<double>(list(name).back()); }
  const std::vector<int64_t> &list(const std::string &name) const;

 private:
  const CCall &call_;
};

constexpr int64_t kLanes = 4;  // MOTE_LANES

inline double ceil_div(int64_t a, int64_t b) { return static_cast<double>((a + b - 1) / b); }

// Whether the range of the outputs is less than that of int8.
bool is_clamped(const CallFields &f);

// From sums to outputs: `count` of them, channel by channel; `name` of the part.
void add_outputs(Work &w, const CallFields &f, const CCall &call, Products products, double count,
                 const std::string &name);

Work conv_work(const CallFields &f, const CCall &call, Products products);
bool is_on_packed_weights(const std::string &source);  // of the runtime
Work packed_work(const CallFields &f, const CCall &call, Products products);
Work depthwise_work(const CallFields &f, const CCall &call, Products products);

}  // namespace mote
