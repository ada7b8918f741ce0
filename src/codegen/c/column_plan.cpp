// Which layers go column by column, from what each op says of its rows (CRows), and how many columns of each
// value are kept: the loop that the generated C runs is simulated until it repeats.
//
// The loop itself is written by column_source.cpp, which must do the same.
#include "codegen/c/column_plan.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "codegen/c/emitted.h"
#include "graph/cost.h"
#include "graph/op_def.h"
#include "ops/integer_support.h"

namespace mote {

int columns_made(const CRows &r, int columns) {
  return columns < r.span ? 0 : (columns - r.span) / r.stride + 1;
}

namespace {

// Where time is: the first axis with more than one position, so that a column is one piece of memory.
int time_axis(const Shape &s) {
  for (int axis = 0; axis < s.rank(); ++axis)
    if (s[axis] > 1) return axis;
  return -1;
}
int columns_of(const Shape &s) {
  const int axis = time_axis(s);
  return axis < 0 ? 1 : s[axis];
}

class ColumnPlanner {
 public:
  ColumnPlanner(const IntegerProgram &p, int hop) : p_(p), is_column_(p.tensors.size(), false) {
    plan_.of_tensor.assign(p.tensors.size(), -1);
    if (p.inputs.size() != 1 || p.outputs.size() != 1 || !p.states.empty())
      throw Error(ErrorCode::kUnsupported, p.name, "is no network from one window to one answer");
    const int columns = columns_of(p.tensor(p.inputs[0]).shape);
    if (hop >= columns)
      throw Error(
          ErrorCode::kUnsupported, p.name,
          fmt::format("has windows of {} columns every {}: none is in two of them", columns, hop),
          "leave the streaming of layers away, or let windows overlap: decision.hop below data.window");
    add(p.inputs[0], columns, hop);
  }

  ColumnPlan make() {
    for (size_t i = 0; i < p_.layers.size(); ++i) {
      const ProgramLayer &l = p_.layers[i];
      plan_.window_macs += cost_of(p_, l).macs;
      if (op_by_name(l.op).has(Property::kView) && root_of(l.inputs[0]) >= 0)
        view(l);
      else if (!stream(i))
        compute_by_window(i);
    }
    const auto is_window = [](const StreamedLayer &l) { return !l.rows.in_rows.empty(); };
    if (std::none_of(plan_.layers.begin(), plan_.layers.end(), is_window)) refuse_all();
    if (root_of(p_.outputs[0]) >= 0)
      throw Error(ErrorCode::kUnsupported, p_.name, "gives columns of time, not one answer for a window",
                  "end it with a pool over all of the time and dense layers");
    simulate();
    place();
    count_macs();
    return std::move(plan_);
  }

 private:
  int root_of(int tensor) const { return tensor < 0 ? -1 : plan_.of_tensor[tensor]; }

  void add(int t, int columns, int hop) {
    const ProgramTensor &tensor = p_.tensor(t);
    ColumnTensor c{t, columns, hop, 0, 0, 0, 0, false};
    c.column_elements = tensor.shape.elements() / columns;
    c.column_bytes = c.column_elements * dtype_bytes(tensor.dtype);
    plan_.of_tensor[t] = static_cast<int>(plan_.tensors.size());
    is_column_[t] = true;
    plan_.tensors.push_back(c);
  }

  void view(const ProgramLayer &l) {
    const int from = l.inputs[0], to = l.outputs[0], root = root_of(from);
    plan_.of_tensor[to] = root;
    is_column_[to] = is_column_[from] && columns_of(p_.tensor(to).shape) == plan_.tensors[root].columns;
  }

  // A layer that runs once a window needs all columns of what it reads.
  void compute_by_window(size_t i) {
    plan_.rest.push_back(i);
    for (int t : p_.layers[i].inputs)
      if (root_of(t) >= 0) plan_.tensors[root_of(t)].is_whole = true;
  }

  // Whether it goes column by column.
  bool stream(size_t i) {
    const ProgramLayer &l = p_.layers[i];
    StreamedLayer s{i, {}, {}, {}, 0};
    for (int t : l.inputs) {
      if (t < 0 || p_.tensor(t).is_constant) continue;
      if (root_of(t) < 0 || !is_column_[t]) return false;
      s.inputs.push_back(static_cast<size_t>(root_of(t)));
    }
    const OpDef &op = op_by_name(l.op);
    if (s.inputs.empty() || l.outputs.size() != 1 || !op.c.is_given()) return false;
    const CCalls calls = op.c.get()(p_, l);
    const ColumnTensor &x = plan_.tensors[s.inputs[0]];
    if (calls.size() != 1 || !calls[0].rows) {
      refuse_longer(l, x);
      return false;
    }
    s.call = calls[0];
    s.rows = *calls[0].rows;
    for (const std::string &a : s.call.arguments)
      if (const auto in = numbered(a, "in"); in && p_.tensor(l.inputs[*in]).is_constant) return false;
    for (size_t other : s.inputs)
      if (plan_.tensors[other].hop != x.hop || plan_.tensors[other].columns != x.columns) return false;
    const bool is_window = !s.rows.in_rows.empty();
    const Shape &y = p_.tensor(l.outputs[0]).shape;
    const int columns = is_window ? y[is_by_height(p_.tensor(l.inputs[0]).shape) ? 1 : 2] : x.columns;
    if (columns == 1) return false;  // of the whole window
    if (is_window) check_window(l, s.rows, x, columns);
    const int hop = x.hop / s.rows.stride;
    if (hop >= columns) {  // no column is in two windows
      if (!first_apart_) first_apart_ = i;
      return false;
    }
    MOTE_CHECK(columns == columns_of(y));
    add(l.outputs[0], columns, hop);
    s.output = plan_.tensors.size() - 1;
    plan_.layers.push_back(std::move(s));
    return true;
  }

  static bool is_by_height(const Shape &shape) { return shape.rank() == 4 && shape[1] > 1; }
  // Rows of an op run over the height, or over the width of what has no height; time must be that axis.
  void check_window(const ProgramLayer &l, const CRows &r, const ColumnTensor &x, int columns) const {
    const Shape &shape = p_.tensor(l.inputs[0]).shape;
    const bool by_height = is_by_height(shape);
    if (by_height != r.fields.empty())
      throw Error(ErrorCode::kUnsupported, layer_where(l),
                  "has windows over more than the time, with padding", "set its height to 1");
    if (r.pad != 0 || (columns - 1) * r.stride + r.span > x.columns)
      throw Error(ErrorCode::kUnsupported, layer_where(l),
                  "pads in time: what it makes of the ends of a window is no column of the next one",
                  by_height && shape[2] > 1
                      ? "padding = \"same_width\" pads across the width only, padding = \"valid\" nothing"
                      : "padding = \"valid\" does without");
    if (x.hop % r.stride != 0)
      throw Error(
          ErrorCode::kUnsupported, layer_where(l),
          fmt::format("has a stride of {} in time, and windows begin every {} of its columns, which "
                      "is no multiple of it",
                      r.stride, x.hop),
          fmt::format("make the hop {} times as long, or the stride 1 in time", times_as_long(x.hop, r)));
  }
  static int times_as_long(int hop, const CRows &r) {
    int times = 2;
    while (times < r.stride && hop * times % r.stride != 0) ++times;
    return times;
  }

  // A border in time would be computed anew with everything behind it, which nobody meant.
  void refuse_longer(const ProgramLayer &l, const ColumnTensor &x) const {
    const OpDef &op = op_by_name(l.op);
    if (!op.state_outputs.empty() || columns_of(p_.tensor(l.outputs[0]).shape) <= x.columns ||
        p_.tensor(l.outputs[0]).shape.rank() != p_.tensor(l.inputs[0]).shape.rank())
      return;
    throw Error(ErrorCode::kUnsupported, layer_where(l),
                "adds columns in time: what stands at the ends of a window stands inside the next one",
                "leave it away, and padding = \"causal\" with it");
  }

  [[noreturn]] void refuse_all() const {
    if (first_apart_)
      throw Error(
          ErrorCode::kUnsupported, layer_where(p_.layers[*first_apart_]),
          "is the first layer over time, and windows are so far apart that no column of it is in two of "
          "them",
          "make the hop shorter");
    const ProgramLayer &first = p_.layers[plan_.rest.empty() ? 0 : plan_.rest[0]];
    if (!op_by_name(first.op).state_outputs.empty())
      throw Error(ErrorCode::kUnsupported, layer_where(first),
                  "begins with an empty state in every window, so no step of a window is one of the next",
                  "`mote quantize --by-row` makes a model whose state goes on");
    throw Error(ErrorCode::kUnsupported, layer_where(first),
                "is computed of the whole window, and no layer over time stands before it",
                "columns are shared by convolutions and pools over time");
  }

  // Reads nothing of the columns: what the C does with its counters.
  void simulate() {
    const size_t count = plan_.tensors.size();
    std::vector<int> have(count, 0), base(count, 0);
    const int columns = plan_.tensors[0].columns, hop = plan_.tensors[0].hop;
    int windows = 0;
    for (have[0] = (columns - 1) % hop + 1; windows < 2; have[0] += hop) {
      for (const StreamedLayer &l : plan_.layers) have[l.output] = std::max(have[l.output], ready(l, have));
      for (size_t i = 0; i < count; ++i)
        plan_.tensors[i].capacity = std::max(plan_.tensors[i].capacity, have[i] - base[i]);
      if (have[0] == columns) {
        ++windows;
        for (size_t i = 0; i < count; ++i) {
          MOTE_CHECK(have[i] == plan_.tensors[i].columns && (!plan_.tensors[i].is_whole || base[i] == 0));
          have[i] -= plan_.tensors[i].hop;
          base[i] -= plan_.tensors[i].hop;
        }
      }
      for (size_t i = 0; i < count; ++i) base[i] = std::max(base[i], first_needed(i, have));
    }
  }
  static int ready(const StreamedLayer &l, const std::vector<int> &have) {
    int least = have[l.inputs[0]];
    for (size_t i : l.inputs) least = std::min(least, have[i]);
    return l.rows.in_rows.empty() ? least : columns_made(l.rows, least);
  }
  int first_needed(size_t tensor, const std::vector<int> &have) const {
    if (plan_.tensors[tensor].is_whole) return 0;
    int first = have[tensor];
    for (const StreamedLayer &l : plan_.layers)
      for (size_t i : l.inputs)
        if (i == tensor) first = std::min(first, have[l.output] * l.rows.stride);
    return first;
  }

  void place() {
    size_t fields = 0;
    for (const StreamedLayer &l : plan_.layers) {
      size_t own = 0;
      for (const CField &f : l.call.fields) own += f.values.size();
      fields = std::max(fields, own);
    }
    plan_.counters = 2 * plan_.tensors.size() + fields;
    size_t at = 0;
    for (ColumnTensor &t : plan_.tensors) {
      t.place = at;
      at += (static_cast<size_t>(t.capacity) * t.column_bytes + 3) / 4 * 4;
    }
    plan_.bytes = plan_.counters * sizeof(int32_t) + at;
  }

  void count_macs() {
    for (const StreamedLayer &l : plan_.layers) {
      const ColumnTensor &y = plan_.tensors[l.output];
      plan_.hop_macs += cost_of(p_, p_.layers[l.layer]).macs / static_cast<uint64_t>(y.columns) *
                        static_cast<uint64_t>(y.hop);
    }
    for (size_t i : plan_.rest) plan_.hop_macs += cost_of(p_, p_.layers[i]).macs;
  }

  const IntegerProgram &p_;
  ColumnPlan plan_;
  std::optional<size_t> first_apart_;
  std::vector<bool> is_column_;  // of tensors with a root: time is still an axis
};

}  // namespace

ColumnPlan plan_columns(const IntegerProgram &program, int hop) { return ColumnPlanner(program, hop).make(); }

std::string columns_text(const IntegerProgram &p, const ColumnPlan &plan) {
  std::vector<std::string> rest;
  for (size_t i : plan.rest)
    if (!op_by_name(p.layers[i].op).has(Property::kView)) rest.push_back(p.layers[i].name);
  std::string text = fmt::format(
      "computes {} layer{} over time column by column: {} of {} multiply-adds with each window of a stream",
      plan.layers.size(), plan.layers.size() == 1 ? "" : "s", with_commas(plan.hop_macs),
      with_commas(plan.window_macs));
  if (!rest.empty()) text += fmt::format("; once a window: {}", fmt::join(rest, ", "));
  return text;
}

}  // namespace mote
