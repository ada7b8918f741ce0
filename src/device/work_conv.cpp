// Counts of the loops of convolutions: columns that are gathered, products, outputs (runtime/conv2d_s8.c,
// depthwise_conv2d_s8.c, mote_sums.h).
#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "device/work_support.h"

namespace mote {

const std::vector<int64_t> &CallFields::list(const std::string &name) const {
  for (const CField &field : call_.fields)
    if (field.name == name) return field.values;
  throw InternalError(call_.routine + " has no field " + name);
}

bool is_clamped(const CallFields &f) { return f("act_min") != -128 || f("act_max") != 127; }

void add_outputs(Work &w, const CallFields &f, const CCall &call, Products products, double count,
                 const std::string &name) {
  double wide = 0, channels = 0;  // whose sums may be scaled up
  for (const CArray &a : call.arrays)
    if (a.suffix == "shift") {
      channels = static_cast<double>(a.values.size());
      wide = static_cast<double>(
          std::count_if(a.values.begin(), a.values.end(), [](int64_t s) { return s >= 0; }));
    }
  const double share = channels > 0 ? wide / channels : 0;
  w.emplace_back(name, count * (1 - share));
  w.emplace_back(name + "_wide", count * share);
  if (products != Products::kVectors && is_clamped(f)) w.emplace_back("clamped", count);
}

namespace {

// Sizes of mote_sums.h: values of a chunk and filters of a block, where one chunk is all and where it is not.
struct Chunks {
  int64_t chunk, filters, short_chunk, more_filters;
};
Chunks chunks_of(Products products) {
  switch (products) {
    case Products::kDual:
      return {64, 8, 48, 16};
    case Products::kVectors:
      return {144, 20, 96, 32};
    case Products::kSingle:
      break;
  }
  return {64, 16, 64, 16};
}

// What it takes to fill columns.
struct Gathered {
  double gathers = 0, edges = 0;  // calls; those that see the border or whose kernel has gaps
  double runs = 0;                // of the latter: taps or rows of the kernel
  double puts = 0, words = 0,
         odd = 0;  // copies; what they copy: vectors, quads or bytes, and bytes that wait
};

class Column {
 public:
  Column(Products products, Gathered &g) : products_(products), g_(g) {}
  void put(int64_t n) {
    ++g_.puts;
    if (products_ == Products::kVectors) {
      g_.words += ceil_div(n, 16);
    } else if (products_ == Products::kSingle) {
      g_.words += static_cast<double>(n);
    } else {
      const int64_t first = waiting_ > 0 ? std::min(4 - waiting_, n) : 0;
      waiting_ = (waiting_ + first) % 4;
      const int64_t left = n - first, rest = left % 4;
      g_.words += static_cast<double>(left / 4);
      g_.odd += static_cast<double>(first + rest);
      waiting_ += left > 0 ? rest : 0;
    }
  }

 private:
  Products products_;
  Gathered &g_;
  int64_t waiting_ = 0;
};

struct Kernel {
  explicit Kernel(const CallFields &f)
      : in_h(f.list("in_h")[0]),
        in_w(f.list("in_w")[0]),
        in_c(f.list("in_c")[0]),
        out_h(f.list("out_h")[0]),
        out_w(f.list("out_w")[0]),
        out_c(f.list("out_c")[0]),
        height(f.list("kernel_h")[0]),
        width(f.list("kernel_w")[0]),
        stride_h(f.list("stride_h")[0]),
        stride_w(f.list("stride_w")[0]),
        dilation_h(f.list("dilation_h")[0]),
        dilation_w(f.list("dilation_w")[0]),
        pad_top(f.list("pad_top")[0]),
        pad_left(f.list("pad_left")[0]),
        groups(std::max<int64_t>(1, f.list("groups")[0])) {}
  int64_t in_h, in_w, in_c, out_h, out_w, out_c, height, width, stride_h, stride_w, dilation_h, dilation_w,
      pad_top, pad_left, groups;

  int64_t size() const { return height * width * (in_c / groups); }
  bool is_dense() const { return groups == 1 && dilation_w == 1; }
  int64_t run() const { return is_dense() ? width * in_c : in_c / groups; }
  int64_t runs_per_row() const { return is_dense() ? 1 : width; }
  bool is_pointwise() const { return groups == 1 && size() == in_c && out_h == in_h && out_w == in_w; }
};

// gather() of conv2d_s8.c for one position and one chunk.
void gather_chunk(const Kernel &k, int64_t position, int64_t first, int64_t n, Column &c, Gathered &g) {
  if (k.is_pointwise()) {
    c.put(n);
    return;
  }
  ++g.gathers;
  const int64_t run = k.run(), per_row = k.runs_per_row(), oh = position / k.out_w, ow = position % k.out_w;
  const int64_t left = ow * k.stride_w - k.pad_left, top = oh * k.stride_h - k.pad_top;
  int64_t at = first / run, from = first - at * run, row = at / per_row;
  if (per_row == 1 && from == 0 && left >= 0 && left + k.width <= k.in_w && top >= 0 &&
      top + (k.height - 1) * k.dilation_h < k.in_h) {
    for (; n > 0; n -= run) c.put(std::min(n, run));
    return;
  }
  ++g.edges;
  at -= row * per_row;
  while (n > 0) {
    ++g.runs;
    const int64_t h = top + row * k.dilation_h, w = left + at * k.dilation_w, end = std::min(from + n, run);
    int64_t low = -w * k.in_c, high = low + k.in_w * k.in_c;
    if (h < 0 || h >= k.in_h || low >= end || high <= from) low = high = end;
    low = std::max(low, from);
    high = std::min(high, end);
    n -= end - from;
    for (; from < low; from += 4) c.put(std::min<int64_t>(low - from, 4));
    if (low < high) c.put(high - low);
    for (from = high; from < end; from += 4) c.put(std::min<int64_t>(end - from, 4));
    from = 0;
    if (++at == per_row) {
      at = 0;
      ++row;
    }
  }
}

// First and end of the taps that lie inside the input, as clip() of depthwise_conv2d_s8.c has them.
int64_t taps_within(int64_t start, int64_t size, int64_t dilation, int64_t taps) {
  int64_t inside = 0;
  for (int64_t t = 0; t < taps; ++t) inside += start + t * dilation >= 0 && start + t * dilation < size;
  return inside;
}

}  // namespace

Work conv_work(const CallFields &f, const CCall &call, Products products) {
  const Kernel k(f);
  const Chunks sizes = chunks_of(products);
  const int64_t size = k.size(), run = k.run(), positions = k.out_h * k.out_w, filters = k.out_c / k.groups;
  const bool is_single = size <= sizes.chunk;
  const int64_t block = is_single ? sizes.filters : sizes.more_filters;
  int64_t chunk = size;
  if (!is_single)
    chunk = run % 4 == 0 && run <= sizes.short_chunk ? sizes.short_chunk / run * run : sizes.short_chunk;
  const double batches = f("batches"), quads = batches * ceil_div(positions, kLanes);
  const double blocks = static_cast<double>(k.groups) * ceil_div(filters, block);
  // how often each column is gathered
  const double times = batches * (is_single ? static_cast<double>(k.groups) : blocks);

  Gathered g;
  double steps = 0, chunks = 0;  // of one filter
  for (int64_t first = 0; first < size; first += chunk) {
    const int64_t n = std::min(chunk, size - first);
    ++chunks;
    steps += products == Products::kVectors ? ceil_div(n, 16)
             : products == Products::kDual  ? ceil_div(n, 4)
                                            : static_cast<double>(n);
    for (int64_t position = 0; position < positions; position += kLanes)
      for (int64_t lane = 0; lane < kLanes; ++lane) {
        Column c(products, g);
        gather_chunk(k, position + lane < positions ? position + lane : position, first, n, c, g);
      }
  }
  const double rows = quads * static_cast<double>(k.out_c);
  Work w = {{"call", 1},
            {"quad", quads},
            {"block", quads * blocks},
            {"product_call", quads * blocks * chunks},
            {"gather", times * g.gathers},
            {"edge", times * g.edges},
            {"run", times * g.runs},
            {"put", times * g.puts},
            {"word", times * g.words},
            {"odd", times * g.odd},
            {"filter", rows * chunks},
            {"step", rows * steps}};
  if (products == Products::kDual && size < 4) w.emplace_back("short", rows);
  if (products == Products::kVectors) {
    add_outputs(w, f, call, products, rows, "output");
  } else {
    const auto whole = static_cast<double>(positions / kLanes * kLanes),
               rest = static_cast<double>(positions) - whole;
    add_outputs(w, f, call, products, batches * whole * static_cast<double>(k.out_c), "output");
    w.emplace_back("rest", batches * rest * static_cast<double>(k.out_c));
  }
  return w;
}

Work depthwise_work(const CallFields &f, const CCall &call, Products products) {
  const Kernel k(f);
  double rows = 0, row_positions = 0, all_taps = 0, passes = 0;  // inside; of positions that see a row at all
  for (int64_t oh = 0; oh < k.out_h; ++oh) {
    const int64_t inside_h = taps_within(oh * k.stride_h - k.pad_top, k.in_h, k.dilation_h, k.height);
    for (int64_t ow = 0; ow < k.out_w; ++ow) {
      const int64_t inside_w = taps_within(ow * k.stride_w - k.pad_left, k.in_w, k.dilation_w, k.width);
      const double threes = ceil_div(inside_w, 3);  // columns that mote_four_channels takes at once
      rows += static_cast<double>(inside_h);
      row_positions += static_cast<double>(inside_h) * threes;
      all_taps += static_cast<double>(inside_h * inside_w);
      passes += inside_h > 0 ? threes : 0;
    }
  }
  const double batches = f("batches"), positions = batches * static_cast<double>(k.out_h * k.out_w);
  const bool is_one_each = k.out_c == k.in_c;
  int64_t lanes = 1;
  if (products == Products::kVectors && is_one_each) lanes = 8;
  if (products == Products::kDual && is_one_each && k.dilation_h == 1 && k.dilation_w == 1) lanes = 4;
  const double vectors = lanes > 1 ? static_cast<double>(k.out_c / lanes) : 0;
  const double single = static_cast<double>(k.out_c) - vectors * static_cast<double>(lanes);
  Work w = {{"call", 1}, {"position", positions}};
  if (products == Products::kDual) {
    w.emplace_back("block", positions * std::ceil(vectors / 4));
    w.emplace_back("pass", batches * passes * std::ceil(vectors / 4));
    w.emplace_back("vector", batches * passes * vectors);
    w.emplace_back("vector_row", batches * row_positions * vectors);
  } else {
    w.emplace_back("vector", positions * vectors);
    w.emplace_back("vector_row", batches * rows * vectors);
  }
  w.emplace_back("vector_tap", batches * all_taps * vectors);
  w.emplace_back("single", positions * single);
  w.emplace_back("single_row", batches * rows * single);
  w.emplace_back("single_tap", batches * all_taps * single);
  if (products != Products::kVectors)
    add_outputs(w, f, call, products, positions * static_cast<double>(k.out_c), "output");
  return w;
}

}  // namespace mote
