// Finds how few rows of each value must be kept when the first layers run row by row: the loop that the
// generated C will run is simulated, once with every row moved on at once (the capacity), once moving only
// where there is no room.
//
// The loop itself is written by streamed_source.cpp, which must do the same; docs/decisions/0014-rows.md.
#include "codegen/c/row_plan.h"

#include <algorithm>
#include <map>

#include "graph/op_def.h"
#include "host/memory_plan.h"

namespace mote {

int rows_needed(const CRows &r, int rows, int available) {
  return rows == 0 ? 0 : std::min(available, (rows - 1) * r.stride - r.pad + r.span);
}

int first_row_needed(const CRows &r, int row) { return std::max(0, row * r.stride - r.pad); }

namespace {

// Counts what the generated loop does; with `is_lazy` rows move only where there is no room left.
void simulate(RowPlan &plan, bool is_lazy) {
  std::vector<int> have(plan.tensors.size(), 0), base(plan.tensors.size(), 0), need(plan.tensors.size());
  have[0] = plan.tensors[0].rows;
  const size_t result = plan.tensors.size() - 1;
  plan.moved_bytes = 0;
  for (int row = 1; row <= plan.tensors[result].rows; ++row) {
    std::fill(need.begin(), need.end(), 0);
    need[result] = row;
    for (auto l = plan.layers.rbegin(); l != plan.layers.rend(); ++l)
      for (size_t i : l->inputs)
        need[i] = std::max(need[i], rows_needed(l->rows, need[l->output], plan.tensors[i].rows));
    // one row of each layer after the other, as far as its inputs are there
    while (have[result] < row)
      for (const StreamedLayer &l : plan.layers) {
        StreamedTensor &t = plan.tensors[l.output];
        bool is_ready = have[l.output] < need[l.output];
        for (size_t i : l.inputs)
          is_ready &= have[i] >= rows_needed(l.rows, have[l.output] + 1, plan.tensors[i].rows);
        if (!is_ready) continue;
        if (l.output != result && (!is_lazy || have[l.output] - base[l.output] == t.capacity)) {
          int keep = have[l.output];
          for (const StreamedLayer &reader : plan.layers)
            for (size_t i : reader.inputs)
              if (i == l.output) keep = std::min(keep, first_row_needed(reader.rows, have[reader.output]));
          keep = std::max(keep, base[l.output]);
          if (is_lazy) plan.moved_bytes += (have[l.output] - keep) * t.row_bytes;
          base[l.output] = keep;
        }
        ++have[l.output];
        if (!is_lazy) t.capacity = std::max(t.capacity, have[l.output] - base[l.output]);
      }
  }
}

// The plan that streams the first `count` layers; empty if they do not allow it.
RowPlan stream(const IntegerProgram &p, const std::vector<CCalls> &calls, size_t count) {
  RowPlan plan;
  std::map<int, size_t> place;
  // The input under the shape that the first layer sees: a model over time begins with a view.
  int root = p.inputs[0];
  size_t begin = 0;
  for (; begin < count && op_by_name(p.layers[begin].op).has(Property::kView) &&
         p.layers[begin].inputs[0] == root;
       ++begin)
    root = p.layers[begin].outputs[0];
  const bool by_height = p.tensor(root).shape.rank() == 4 && p.tensor(root).shape[1] > 1;
  const auto add = [&](int t) {
    const Shape &s = p.tensor(t).shape;
    if (s.rank() != 4 || s[0] != 1 || (!by_height && s[1] != 1)) return false;
    StreamedTensor tensor{t, by_height ? s[1] : s[2], 0, 0, 0};
    tensor.row_elements = s.elements() / tensor.rows;
    tensor.row_bytes = tensor.row_elements * dtype_bytes(p.tensor(t).dtype);
    place[t] = plan.tensors.size();
    plan.tensors.push_back(tensor);
    return true;
  };
  if (!add(root)) return {};
  for (size_t i = begin; i < count; ++i) {
    const ProgramLayer &l = p.layers[i];
    if (calls[i].size() != 1 || !calls[i][0].rows || l.outputs.size() != 1) return {};
    StreamedLayer s{i, calls[i][0], *calls[i][0].rows, {}, 0};
    if (by_height != s.rows.fields.empty() && !s.rows.in_rows.empty()) return {};
    for (int t : l.inputs) {
      if (t < 0 || p.tensor(t).is_constant) continue;
      if (place.count(t) == 0) return {};
      s.inputs.push_back(place[t]);
    }
    if (s.inputs.empty() || !add(l.outputs[0])) return {};
    s.output = place[l.outputs[0]];
    plan.layers.push_back(std::move(s));
  }
  // only the result is read afterwards, and all else is read at all
  if (plan.layers.empty()) return {};
  const int result = plan.tensors.back().tensor;
  for (size_t i = 0; i < begin; ++i) place[p.layers[i].inputs[0]] = 0;
  for (const auto &[tensor, index] : place) {
    if (tensor == result) continue;
    bool is_read = false;
    for (size_t i = 0; i < p.layers.size(); ++i)
      for (int t : p.layers[i].inputs) {
        if (t == tensor && i >= count) return {};
        is_read |= t == tensor;
      }
    if (!is_read || std::find(p.outputs.begin(), p.outputs.end(), tensor) != p.outputs.end()) return {};
  }
  plan.count = count;
  simulate(plan, false);
  plan.tensors.front().capacity = plan.tensors.front().rows;
  plan.tensors.back().capacity = plan.tensors.back().rows;
  simulate(plan, true);
  StreamedRows rows{count, std::vector<size_t>(p.tensors.size(), 0)};
  for (const StreamedTensor &t : plan.tensors) rows.bytes[t.tensor] = t.capacity * t.row_bytes;
  plan.memory = plan_memory(p, rows);
  size_t fields = 0;
  for (const StreamedLayer &l : plan.layers) {
    size_t own = 0;
    for (const CField &f : l.call.fields) own += f.values.size();
    fields = std::max(fields, own);
  }
  plan.state_offset = plan.memory.bytes;
  plan.memory.bytes += (3 * plan.tensors.size() + fields) * sizeof(int32_t);
  return plan;
}

}  // namespace

RowPlan plan_rows(const IntegerProgram &p, size_t ram_bytes) {
  RowPlan best;
  best.memory = plan_memory(p);
  if (best.memory.bytes <= ram_bytes || p.inputs.size() != 1 || !p.states.empty()) return best;
  std::vector<CCalls> calls;
  for (const ProgramLayer &l : p.layers) {
    const OpDef &op = op_by_name(l.op);
    calls.push_back(op.c.is_given() ? op.c.get()(p, l) : CCalls{});
  }
  for (size_t count = 2; count <= p.layers.size(); ++count) {
    RowPlan plan = stream(p, calls, count);
    if (plan.layers.empty() || plan.memory.bytes >= best.memory.bytes) continue;
    best = std::move(plan);
    if (best.memory.bytes <= ram_bytes) break;
  }
  return best;
}

}  // namespace mote
