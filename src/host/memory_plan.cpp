// Which tensors own bytes, and from which layer to which: views share those of their input, elementwise
// layers write over one. The rest is packing (packing.cpp).
//
// Law 3: the plan is exact. The host runs with it, so a wrong one is seen in every test, not on the device
// only; but for the work of features, of which the host has a whole window's, and exported C often a frame's:
// that one is seen where golden vectors and push() are compared.
#include "host/memory_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "base/error.h"
#include "features/preprocessing.h"
#include "features/stream_plan.h"
#include "graph/op_def.h"
#include "host/packing.h"
#include "ops/integer_support.h"

namespace mote {

namespace {

bool is_view(const ProgramLayer &layer) { return op_by_name(layer.op).has(Property::kView); }

// Follows views back to the tensor that owns the bytes. An elementwise layer writes over an input that
// nothing reads afterwards; not among the first `streamed` layers.
std::vector<int> owners(const IntegerProgram &p, size_t streamed) {
  std::vector<int> owner(p.tensors.size());
  std::iota(owner.begin(), owner.end(), 0);
  const auto own = [&](int tensor) { return owner[tensor]; };
  // Views first: they tell how long the bytes of a tensor are needed.
  for (const ProgramLayer &l : p.layers)
    if (is_view(l) && l.inputs[0] >= 0 && !p.tensor(l.inputs[0]).is_constant)
      owner[l.outputs[0]] = own(l.inputs[0]);
  std::vector<size_t> last(p.tensors.size(), 0);
  for (size_t i = 0; i < p.layers.size(); ++i)
    for (int t : p.layers[i].inputs)
      if (t >= 0) last[own(t)] = i;
  for (int t : p.outputs) last[own(t)] = p.layers.size();
  for (const CarriedState &s : p.states) last[own(s.input)] = p.layers.size();
  for (size_t i = streamed; i < p.layers.size(); ++i) {
    const ProgramLayer &l = p.layers[i];
    if (!op_by_name(l.op).has(Property::kElementwise) || l.outputs.size() != 1) continue;
    const ProgramTensor &y = p.tensor(l.outputs[0]);
    for (int t : l.inputs) {
      if (t < 0 || p.tensor(t).is_constant || p.tensor(t).dtype != y.dtype || p.tensor(t).shape != y.shape ||
          last[own(t)] != i)
        continue;
      const int from = own(l.outputs[0]), to = own(t);
      last[to] = last[from];
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
    const int o = owner[tensor];
    if (first[o] == kNever) first[o] = layer;
    last[o] = std::max(last[o], layer);
  };
  const auto need_written = [&](int tensor, const std::string &who) {
    if (first[owner[tensor]] == kNever)
      throw Error(ErrorCode::kUnsupported, who,
                  fmt::format("reads {} before anything writes it", named(p.tensor(tensor))));
  };
  for (int t : p.inputs) touch(t, -1);
  const auto read = [&](int tensor, int layer, const std::string &who) {
    if (tensor < 0 || p.tensor(tensor).is_constant) return;
    need_written(tensor, who);
    touch(tensor, layer);
  };
  const int layers = std::ssize(p.layers), tensors = std::ssize(p.tensors);
  for (int i = 0; i < layers; ++i) {
    for (int t : p.layers[i].inputs) read(t, i, layer_where(p.layers[i]));
    for (int t : p.layers[i].outputs) touch(t, i);
  }
  for (int t : p.outputs) read(t, layers, "output");
  const int last_streamed = streamed.layers - 1;
  for (int t = 0; t < tensors; ++t)
    if (first[t] != kNever && first[t] <= last_streamed) {  // streamed layers run together
      first[t] = std::min(first[t], 0);
      last[t] = std::max(last[t], last_streamed);
    }
  std::vector<Lifetime> items;
  MemoryPlan plan;
  for (int t = 0; t < tensors; ++t) {
    if (owner[t] != t || first[t] == kNever || p.tensors[t].is_constant) continue;
    const size_t bytes =
        streamed.bytes.empty() || streamed.bytes[t] == 0 ? p.tensors[t].bytes() : streamed.bytes[t];
    items.push_back({bytes, dtype_bytes(p.tensors[t].dtype), first[t], last[t]});
    plan.items.push_back({t, 0, bytes, first[t], last[t]});
  }
  const size_t placed = items.size();
  if (const size_t floats = window_work(p.front_end); floats > 0)
    items.push_back({floats * sizeof(float), sizeof(float), -1, -1});
  const Packing packing = pack(items);
  if (items.size() > placed) plan.work = packing.offsets.back();
  plan.offset.assign(p.tensors.size(), MemoryPlan::kNowhere);
  for (size_t i = 0; i < placed; ++i) {
    plan.items[i].offset = packing.offsets[i];
    plan.offset[plan.items[i].tensor] = packing.offsets[i];
  }
  for (int t = 0; t < tensors; ++t) plan.offset[t] = plan.offset[owner[t]];
  plan.bytes = (packing.total + 3) / 4 * 4;
  plan.lower_bound = packing.lower_bound;
  for (int layer = 0; layer < layers; ++layer) {
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
