// Which tensors own bytes, and from which layer to which: views share those of their input, elementwise
// layers write over one. The rest is packing (packing.cpp).
//
// Law 3: the plan is exact. The host runs with it, so a wrong one is seen in every test, not on the device
// only.
#include "host/memory_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "base/error.h"
#include "features/preprocessing.h"
#include "graph/op_def.h"
#include "host/packing.h"
#include "ops/integer_support.h"

namespace mote {

namespace {

bool is_view(const ProgramLayer &layer) { return op_by_name(layer.op).is_view; }

// Follows views back to the tensor that owns the bytes. An elementwise layer writes over an input that
// nothing reads afterwards; not among the first `streamed` layers.
std::vector<int> owners(const IntegerProgram &p, size_t streamed) {
  std::vector<int> owner(p.tensors.size());
  std::iota(owner.begin(), owner.end(), 0);
  const auto own = [&](int tensor) { return owner[static_cast<size_t>(tensor)]; };
  // Views first: they tell how long the bytes of a tensor are needed.
  for (const ProgramLayer &l : p.layers)
    if (is_view(l) && l.inputs[0] >= 0 && !p.tensor(l.inputs[0]).is_constant)
      owner[static_cast<size_t>(l.outputs[0])] = own(l.inputs[0]);
  std::vector<size_t> last(p.tensors.size(), 0);
  for (size_t i = 0; i < p.layers.size(); ++i)
    for (int t : p.layers[i].inputs)
      if (t >= 0) last[static_cast<size_t>(own(t))] = i;
  for (int t : p.outputs) last[static_cast<size_t>(own(t))] = p.layers.size();
  for (const CarriedState &s : p.states) last[static_cast<size_t>(own(s.input))] = p.layers.size();
  for (size_t i = streamed; i < p.layers.size(); ++i) {
    const ProgramLayer &l = p.layers[i];
    if (!op_by_name(l.op).is_elementwise || l.outputs.size() != 1) continue;
    const ProgramTensor &y = p.tensor(l.outputs[0]);
    for (int t : l.inputs) {
      if (t < 0 || p.tensor(t).is_constant || p.tensor(t).dtype != y.dtype || p.tensor(t).shape != y.shape ||
          last[static_cast<size_t>(own(t))] != i)
        continue;
      const int from = own(l.outputs[0]), to = own(t);
      last[static_cast<size_t>(to)] = last[static_cast<size_t>(from)];
      for (int &o : owner)
        if (o == from) o = to;
      break;
    }
  }
  return owner;
}

}  // namespace

MemoryPlan plan_memory(const IntegerProgram &p, const StreamedRows &streamed) {
  const std::vector<int> owner = owners(p, streamed.layers);
  constexpr int kNever = -2;
  std::vector<int> first(p.tensors.size(), kNever), last(p.tensors.size(), kNever);
  const auto touch = [&](int tensor, int layer) {
    const auto o = static_cast<size_t>(owner[static_cast<size_t>(tensor)]);
    if (first[o] == kNever) first[o] = layer;
    last[o] = std::max(last[o], layer);
  };
  const auto need_written = [&](int tensor, const std::string &who) {
    if (first[static_cast<size_t>(owner[static_cast<size_t>(tensor)])] == kNever)
      throw Error(ErrorCode::kUnsupported, who,
                  fmt::format("reads the tensor '{}' before anything writes it", p.tensor(tensor).name));
  };
  for (int t : p.inputs) touch(t, -1);
  for (size_t i = 0; i < p.layers.size(); ++i) {
    const ProgramLayer &l = p.layers[i];
    for (int t : l.inputs)
      if (t >= 0 && !p.tensor(t).is_constant) need_written(t, layer_where(l)), touch(t, static_cast<int>(i));
    for (int t : l.outputs) touch(t, static_cast<int>(i));
  }
  for (int t : p.outputs)
    if (!p.tensor(t).is_constant) need_written(t, "output"), touch(t, static_cast<int>(p.layers.size()));
  // streamed layers run together
  const int together = static_cast<int>(streamed.layers) - 1;
  for (size_t t = 0; t < p.tensors.size(); ++t)
    if (first[t] != kNever && first[t] <= together)
      first[t] = std::min(first[t], 0), last[t] = std::max(last[t], together);
  std::vector<Lifetime> items;
  MemoryPlan plan;
  for (size_t t = 0; t < p.tensors.size(); ++t) {
    if (owner[t] != static_cast<int>(t) || first[t] == kNever || p.tensors[t].is_constant) continue;
    const size_t bytes =
        streamed.bytes.empty() || streamed.bytes[t] == 0 ? p.tensors[t].bytes() : streamed.bytes[t];
    items.push_back({bytes, dtype_bytes(p.tensors[t].dtype), first[t], last[t]});
    plan.items.push_back({static_cast<int>(t), 0, bytes, first[t], last[t]});
  }
  const size_t tensors = items.size();
  if (const size_t floats = work_floats(p.front_end); floats > 0)
    items.push_back({floats * sizeof(float), sizeof(float), -1, -1});
  const Packing packing = pack(items);
  if (items.size() > tensors) plan.work = packing.offsets.back();
  plan.offset.assign(p.tensors.size(), MemoryPlan::kNowhere);
  for (size_t i = 0; i < tensors; ++i) {
    plan.items[i].offset = packing.offsets[i];
    plan.offset[static_cast<size_t>(plan.items[i].tensor)] = packing.offsets[i];
  }
  for (size_t t = 0; t < p.tensors.size(); ++t) plan.offset[t] = plan.offset[static_cast<size_t>(owner[t])];
  plan.bytes = (packing.total + 3) / 4 * 4;
  plan.lower_bound = packing.lower_bound;
  for (int layer = 0; layer < static_cast<int>(p.layers.size()); ++layer) {
    size_t alive = 0;
    for (const Lifetime &item : items)
      if (item.first <= layer && layer <= item.last) alive += item.bytes;
    plan.alive.push_back(alive);
    if (alive == packing.lower_bound && plan.peak_layer < 0) plan.peak_layer = layer;
  }
  return plan;
}

MemoryPlan plan_memory(const IntegerProgram &p) { return plan_memory(p, StreamedRows{}); }

}  // namespace mote
