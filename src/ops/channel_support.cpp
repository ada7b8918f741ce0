// Rules of channels that ops share. What is removed by them: src/compress/channels.cpp.
#include "ops/channel_support.h"

#include "graph/op_def.h"

namespace mote::ops {

namespace {

ChannelFlow::Labels repeated(const ChannelFlow::Labels &labels, size_t count) {
  ChannelFlow::Labels list;
  while (list.size() < count) list.insert(list.end(), labels.begin(), labels.end());
  return list;
}

}  // namespace

void same_channels(ChannelFlow &flow) {
  const size_t count = flow.node.out[-1];
  for (const ChannelFlow::Labels &x : flow.in) {
    if (x.size() != count)
      flow.freeze(x);
    else if (flow.out.empty())
      flow.out = x;
    else
      flow.join(flow.out, x);
  }
  if (flow.out.empty()) {
    flow.out = flow.fresh(count);
    flow.freeze(flow.out);
  }
  flow.params.assign(flow.specs.size(), {flow.out});  // one number for each channel
}

void whole_channels(ChannelFlow &flow) {
  same_channels(flow);
  flow.freeze(flow.out);
}

ChannelRule own_channels(const std::string &count_attr) {
  return [count_attr](ChannelFlow &flow) {
    flow.out = flow.fresh(flow.node.attrs->integer(count_attr));
    flow.count_attr = count_attr;
    for (const ParamSpec *spec : flow.specs) {
      const int rank = spec->shape.rank();
      ChannelFlow::Axes axes(rank);
      axes[rank - 1] = repeated(flow.out, spec->shape[-1]);
      if (spec->role == Role::kKernel) axes[rank - 2] = flow.in[0];
      if (spec->role == Role::kRecurrentKernel) axes[rank - 2] = flow.out;
      flow.params.push_back(axes);
    }
  };
}

void filters_of_channels(ChannelFlow &flow) {
  const size_t multiplier = flow.node.attrs->integer("multiplier");
  for (int label : flow.in[0]) flow.out.insert(flow.out.end(), multiplier, label);
  for (const ParamSpec *spec : flow.specs)
    flow.params.push_back(spec->role == Role::kKernel ? ChannelFlow::Axes{{}, {}, flow.in[0], {}}
                                                      : ChannelFlow::Axes{flow.out});
}

void joined_channels(ChannelFlow &flow) {
  const int axis = flow.node.attrs->integer("axis"), rank = flow.node.out.rank();
  if (axis != -1 && axis != rank - 1) return same_channels(flow);
  for (const ChannelFlow::Labels &x : flow.in) flow.out.insert(flow.out.end(), x.begin(), x.end());
}

void cut_channels(ChannelFlow &flow) {
  same_channels(flow);
  if (flow.node.attrs->list("step").back() != 1) flow.freeze(flow.out);
  flow.count_attr = "count";
}

void reshaped_channels(ChannelFlow &flow) {
  const size_t before = flow.in[0].size(), after = flow.node.out[-1];
  if (after % before == 0) {
    flow.out = repeated(flow.in[0], after);
  } else if (before % after == 0) {  // rows that were one long row
    flow.out.assign(flow.in[0].begin(), flow.in[0].begin() + after);
    flow.join(repeated(flow.out, before), flow.in[0]);
  } else {
    flow.freeze(flow.in[0]);
    flow.out = flow.fresh(after);
    flow.freeze(flow.out);
  }
  flow.count_attr = "shape";
}

}  // namespace mote::ops
