// Which loops each routine has. Convolutions, the longest of them, are in work_conv.cpp.
#include "device/work.h"

#include <algorithm>
#include <cmath>

#include "device/work_support.h"
#include "graph/op_def.h"

namespace mote {

Products products_of_core(const std::string &core) {
  if (core == "cortex-m55") return Products::kVectors;
  const bool is_dual = core == "cortex-m4" || core == "cortex-m7" || core == "cortex-m33";
  return is_dual ? Products::kDual : Products::kSingle;
}

namespace {

double number_argument(const CCall &call, size_t index) {
  const std::string &text = call.arguments.at(index);
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }) ? std::stod(text)
                                                                                            : 0;
}

// `rows` products of `n` values with four rows of weights each.
void add_row_products(Work &w, const std::string &what, double fours, double n, Products products) {
  w.emplace_back(what + "_fours", fours);
  const bool is_wide = what == "state";  // values of 16 bits
  if (products == Products::kVectors) {
    w.emplace_back(what + "_steps", fours * std::ceil(n / (is_wide ? 8 : 16)));
  } else if (products == Products::kDual) {
    w.emplace_back(what + "_quads", fours * std::floor(n / 4));
    w.emplace_back(what + "_rest", fours * std::fmod(n, 4));
  } else {
    w.emplace_back(what + "_values", fours * n);
  }
}

Work dense_work(const CallFields &f, const CCall &call, Products products) {
  constexpr double kBlock = 16;  // MOTE_BLOCK
  const double batches = f("batches"), inputs = f("inputs"), outputs = f("outputs");
  const double rest = std::fmod(outputs, kBlock), whole = std::floor(outputs / kBlock);
  const double fours = whole * 4 + (rest >= 4 ? std::ceil(rest / 4) : 0), few = rest < 4 ? rest : 0;
  Work w = {{"call", 1}, {"block", batches * (whole + (rest > 0))}};
  add_row_products(w, "row", batches * fours, inputs, products);
  w.emplace_back("single", batches * few);
  w.emplace_back("single_value", batches * few * inputs);
  add_outputs(w, f, call, products, batches * outputs, "output");
  if (products == Products::kVectors)
    w.emplace_back("finish", batches * (whole * kBlock / 4 + std::ceil(rest / 4)));
  return w;
}

// Taps of a pool that lie inside the input along one axis, for each output.
std::vector<double> taps_inside(double out, double stride, double pad, double taps, double in) {
  std::vector<double> inside;
  for (double at = 0; at < out; ++at) {
    const double first = at * stride - pad;
    inside.push_back(std::min(first + taps, in) - std::max(first, 0.0));
  }
  return inside;
}

// Positions, with the rows and taps of their pools.
struct Pools {
  double positions = 0, rows = 0, taps = 0;
  void add(double of_rows, double of_taps) {
    ++positions;
    rows += of_rows;
    taps += of_taps;
  }
};

Work pool_work(const CallFields &f, const CCall &call, Products products) {
  constexpr double kMostOfSums = 256;  // values that sums of 16 bits hold
  const double batches = f("batches"), channels = f("channels");
  const bool is_max = call.routine == "mote_max_pool2d_s8";
  const bool has_sums = call.routine == "mote_avg_pool2d_s8" && products == Products::kVectors;
  double lanes = 1;  // channels of a vector
  if (is_max && products != Products::kSingle) lanes = 4;
  if (has_sums) lanes = 8;
  Pools narrow, wide;  // whose channels go into vectors, and whose go one by one
  const std::vector<double> columns =
      taps_inside(f("out_w"), f("stride_w"), f("pad_left"), f("pool_w"), f("in_w"));
  for (const double rows : taps_inside(f("out_h"), f("stride_h"), f("pad_top"), f("pool_h"), f("in_h")))
    for (const double column : columns)
      (has_sums && rows * column > kMostOfSums ? wide : narrow).add(rows, rows * column);
  const double vectors = lanes > 1 ? std::floor(channels / lanes) : 0, single = channels - vectors * lanes;
  Work w = {{"call", 1}, {"position", batches * (narrow.positions + wide.positions)}};
  const auto add = [&](const std::string &kind, double of_narrow, double of_wide) {
    w.emplace_back(kind, batches * (narrow.positions * of_narrow + wide.positions * of_wide));
    w.emplace_back(kind + "_row", batches * (narrow.rows * of_narrow + wide.rows * of_wide));
    w.emplace_back(kind + "_tap", batches * (narrow.taps * of_narrow + wide.taps * of_wide));
  };
  add("vector", vectors, 0);
  add("single", single, channels);
  if (is_clamped(f)) w.emplace_back("clamped", batches * narrow.positions * vectors * lanes);
  return w;
}

// Steps of a nest of loops: of the innermost, and of those around it.
std::pair<double, double> nest(const std::vector<int64_t> &counts) {
  double all = 1, carries = 0;
  for (int64_t c : counts) all *= static_cast<double>(c);
  double inside = 1;
  for (size_t d = counts.size(); d-- > 1;) {
    inside *= static_cast<double>(counts[d]);
    carries += all / inside;
  }
  return {all, carries};
}

Work mean_work(const CallFields &f) {
  const auto [outputs, output_carries] = nest(f.list("out_count"));
  const std::vector<int64_t> &sums = f.list("sum_count");
  const double row = static_cast<double>(sums.back());  // added in one loop
  const auto [rows, row_carries] = nest({sums.begin(), sums.end() - 1});
  return {{"call", 1},
          {"output", outputs},
          {"row", outputs * rows},
          {"value", outputs * rows * row},
          {"carry", output_carries + outputs * row_carries}};
}

Work binary_work(const CallFields &f, const CCall &call, Products products) {
  const std::vector<int64_t> &counts = f.list("count");
  const auto [values, carries] = nest(counts);
  const double rows = values / static_cast<double>(counts.back());
  const bool is_product = call.routine.starts_with("mote_mul"), is_s8 = call.routine.ends_with("_s8");
  const bool is_right =
      is_s8 && f("output_shift") <= 0 && (is_product || (f("a_shift") <= 0 && f("b_shift") <= 0));
  const bool is_vector = is_s8 && products == Products::kVectors && is_right &&
                         f.list("a_stride").back() == 1 && f.list("b_stride").back() == 1;
  Work w = {{"call", 1}, {"row", rows}, {"carry", carries}};
  if (is_vector)
    w.emplace_back("vector", rows * std::ceil(static_cast<double>(counts.back()) / 4));
  else
    w.emplace_back(is_right ? "value_right" : "value", values);
  return w;
}

Work copy_work(const CallFields &f) {
  const auto [values, carries] = nest(f.list("count"));
  return {{"call", 1}, {"value", values}, {"byte", values * f("element_bytes")}, {"carry", carries}};
}

Work softmax_work(const CallFields &f) {
  constexpr double kKept = 16;  // exponentials
  const double rows = f("rows"), columns = f("columns");
  return {{"call", 1},
          {"row", rows},
          {"value", rows * columns},
          {"again", rows * std::max(0.0, columns - kKept)}};
}

Work lstm_work(const CallFields &f, const CCall &call, Products products) {
  constexpr size_t kGivenHidden = 2;  // of the arguments
  const double cells = f("batches") * f("steps") * f("cells");
  Work w = {{"call", 1}, {"step", f("batches") * f("steps")}, {"cell", cells}};
  add_row_products(w, "input", cells, f("inputs"), products);
  // the first step has a hidden state only where one is given
  const double without = call.arguments.at(kGivenHidden) == "NULL" ? f("batches") * f("cells") : 0;
  add_row_products(w, "recurrent", cells - without, f("cells"), products);
  return w;
}

Work recurrent_work(const CallFields &f, double gates, Products products) {
  constexpr double kUnits = 4;  // MOTE_UNITS
  const double steps = f("batches") * f("steps"), units = f("units");
  // fewer than four rows in all are taken one by one
  const double per_gate = gates * units >= kUnits ? std::ceil(units / kUnits) : units;
  Work w = {{"call", 1},
            {"step", steps},
            {"unit", steps * units},
            {"output", (f("returns_sequence") != 0 ? steps : f("batches")) * units}};
  add_row_products(w, "input", steps * gates * per_gate, f("inputs"), products);
  add_row_products(w, "state", steps * gates * per_gate, units, products);
  w.emplace_back("zero_point", f("input_zero_point") != 0 ? steps * gates * units * f("inputs") : 0);
  return w;
}

}  // namespace

Work work_of(const CCall &call, Products products, double macs, double outputs) {
  const CallFields f(call);
  const std::string &routine = call.routine;
  if (is_on_packed_weights(call.source)) return packed_work(f, call, products);
  if (routine == "mote_conv2d_s8") return conv_work(f, call, products);
  if (routine == "mote_depthwise_conv2d_s8") return depthwise_work(f, call, products);
  if (routine == "mote_fully_connected_s8") return dense_work(f, call, products);
  if (call.params_type == "mote_pool2d_params") return pool_work(f, call, products);
  if (call.params_type == "mote_mean_params") return mean_work(f);
  if (call.params_type == "mote_binary_params") return binary_work(f, call, products);
  if (call.params_type == "mote_copy_params") return copy_work(f);
  if (call.params_type == "mote_softmax_s8_params" || call.params_type == "mote_softmax_s16_params")
    return softmax_work(f);
  if (routine == "mote_lstm_s8") return lstm_work(f, call, products);
  if (routine == "mote_gru_s8") return recurrent_work(f, 3, products);
  if (routine == "mote_simple_rnn_s8") return recurrent_work(f, 1, products);
  if (routine.starts_with("mote_fill")) return {{"call", 1}, {"value", number_argument(call, 1)}};
  return {{"call", 1}, {"mac", macs}, {"output", outputs}};
}

Work work_around(const IntegerProgram &program) {
  double in = 0, out = 0, calls = 0;
  for (int t : program.inputs) in += static_cast<double>(program.tensor(t).shape.elements());
  for (int t : program.outputs) out += static_cast<double>(program.tensor(t).shape.elements());
  for (const ProgramLayer &l : program.layers)
    for (const CCall &call : op_by_name(l.op).c.get()(program, l)) calls += !call.is_copy;
  return {{"call", 1}, {"layer", calls}, {"in", in}, {"out", out}};
}

Work code_around(const IntegerProgram &program) {
  double calls = 0, copies = 0, fields = 0, arguments = 0, tables = 0;
  for (const ProgramLayer &l : program.layers)
    for (const CCall &call : op_by_name(l.op).c.get()(program, l)) {
      (call.is_copy ? copies : calls) += 1;
      arguments += static_cast<double>(call.arguments.size());
      for (const CField &f : call.fields) fields += static_cast<double>(f.values.size());
      for (const CArray &a : call.arrays)
        if (a.suffix == "table" || a.suffix == "exponential" || a.suffix == "reciprocal")
          tables += static_cast<double>(a.values.size() * dtype_bytes(a.dtype));
    }
  return {{"file", 1},
          {"call", calls},
          {"copy", copies},
          {"field", fields},
          {"argument", arguments},
          {"table_byte", tables},
          {"port", static_cast<double>(program.inputs.size() + program.outputs.size())}};
}

}  // namespace mote
