// Counts of the loops of layers on packed weights (runtime/conv2d_packed_s8.c, fully_connected_packed_s8.c,
// mote_packed_sums.h): columns, pieces of rows and their groups of weights, outputs.
#include <algorithm>

#include "base/error.h"
#include "device/work_support.h"

namespace mote {

namespace {

constexpr int64_t kChunk = 64, kOutputsOfBlock = 16;  // MOTE_PACKED_CHUNK, MOTE_PACKED_OUTPUTS

// Weights that are packed together; of blocks the four of a column.
int64_t group_of(const std::string &routine) {
  if (routine.find("_sparse_1_16_") != routine.npos) return 64;
  if (routine.find("_sparse_1_8_") != routine.npos) return 32;
  if (routine.find("_sparse_1_4_") != routine.npos) return 16;
  return routine.find("_blocks_") != routine.npos ? 4 : 8;
}

// Groups of weights that are multiplied, of all rows: of blocks those that are there.
double groups_of(const CCall &call, int64_t outputs, int64_t size) {
  if (call.routine.find("_blocks_") != call.routine.npos)
    for (const CArray &a : call.arrays)
      if (a.suffix == "weights")
        return (static_cast<double>(a.values.size()) -
                2.0 * static_cast<double>(outputs) * ceil_div(size, kChunk)) /
               4;
  return static_cast<double>(outputs) * ceil_div(size, group_of(call.routine));
}

// Of the kernel's input at one position: chunks whose values have to be put together, and how many these are.
struct PutTogether {
  double chunks = 0, values = 0;
};
PutTogether put_together_at(const CallFields &f, int64_t oh, int64_t ow) {
  const auto number = [&](const char *name) { return f.list(name)[0]; };
  const int64_t in_c = number("in_c"), kernel_w = number("kernel_w"), kernel_h = number("kernel_h");
  const bool is_dense = number("dilation_w") == 1;
  const int64_t run = is_dense ? kernel_w * in_c : in_c, per_row = is_dense ? 1 : kernel_w;
  const int64_t size = kernel_h * kernel_w * in_c;
  PutTogether g;
  for (int64_t k = 0; k < size; k += kChunk) {
    const int64_t n = std::min(kChunk, size - k), at = k / run, from = k % run;
    const int64_t h = oh * number("stride_h") - number("pad_top") + at / per_row * number("dilation_h");
    const int64_t w = ow * number("stride_w") - number("pad_left") + at % per_row * number("dilation_w");
    const bool is_there = from + n <= run && h >= 0 && h < number("in_h") && w * in_c + from >= 0 &&
                          w * in_c + from + n <= number("in_w") * in_c;
    g.chunks += !is_there;
    g.values += is_there ? 0 : static_cast<double>(n);
  }
  return g;
}

double filled_up(const CCall &call, int64_t size) {
  const int64_t group = group_of(call.routine);
  return ceil_div(size, group) * static_cast<double>(group);
}

Work packed_conv_work(const CallFields &f, const CCall &call, Products products) {
  const int64_t size = f.list("kernel_h")[0] * f.list("kernel_w")[0] * f.list("in_c")[0];
  const int64_t out_w = f.list("out_w")[0], positions = f.list("out_h")[0] * out_w,
                outputs = f.list("out_c")[0];
  const double batches = f("batches"), quads = batches * ceil_div(positions, kLanes),
               chunks = ceil_div(size, kChunk);
  const double blocks = ceil_div(outputs, kOutputsOfBlock), times = size > kChunk ? blocks : 1;
  PutTogether g;
  for (int64_t position = 0; position < positions; position += kLanes)
    for (int64_t lane = 0; lane < kLanes; ++lane) {
      const int64_t at = position + lane < positions ? position + lane : position;
      const PutTogether one = put_together_at(f, at / out_w, at % out_w);
      g.chunks += one.chunks;
      g.values += one.values;
    }
  const double rows = quads * static_cast<double>(outputs);
  Work w = {{"call", 1},
            {"quad", quads},
            {"piece", quads * blocks * chunks},
            {"column", quads * kLanes * chunks * times},
            {"value", quads * kLanes * times * filled_up(call, size)},
            {"edge", batches * times * g.chunks},
            {"copied", batches * times * g.values},
            {"filter", rows * chunks},
            {"group", quads * groups_of(call, outputs, size)}};
  if (products == Products::kVectors) {
    add_outputs(w, f, call, products, rows, "output");
    return w;
  }
  const auto whole = static_cast<double>(positions / kLanes * kLanes),
             rest = static_cast<double>(positions) - whole;
  add_outputs(w, f, call, products, batches * whole * static_cast<double>(outputs), "output");
  w.emplace_back("rest", batches * rest * static_cast<double>(outputs));
  return w;
}

Work packed_dense_work(const CallFields &f, const CCall &call, Products products) {
  const int64_t size = f.list("inputs")[0], outputs = f.list("outputs")[0];
  const bool has_masks = call.routine.find("_blocks_") != call.routine.npos;
  const int64_t chunk = has_masks ? kChunk : 2 * kChunk;
  const double batches = f("batches"), chunks = ceil_div(size, chunk),
               blocks = ceil_div(outputs, kOutputsOfBlock);
  const double times = size > chunk ? blocks : 1;
  Work w = {{"call", 1},
            {"piece", batches * blocks * chunks},
            {"value", batches * times * filled_up(call, size)},
            {"filter", batches * static_cast<double>(outputs) * chunks},
            {"group", batches * groups_of(call, outputs, size)}};
  add_outputs(w, f, call, products, batches * static_cast<double>(outputs), "output");
  return w;
}

}  // namespace

bool is_on_packed_weights(const std::string &source) { return source.ends_with("_packed_s8.c"); }

Work packed_work(const CallFields &f, const CCall &call, Products products) {
  return call.params_type == "mote_conv2d_params" ? packed_conv_work(f, call, products)
                                                  : packed_dense_work(f, call, products);
}

}  // namespace mote
