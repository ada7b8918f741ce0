// How channels go through ops (graph/channel_flow.h): the few rules there are.
#pragma once

#include <string>

#include "graph/channel_flow.h"

namespace mote::ops {

// Channel i of every input, of the output and along the last axis of every parameter is the same channel.
// Where an input has one channel for all, that one stays. Activations, pools, sums, batch normalization.
void same_channels(ChannelFlow &flow);
// The same, and all of them stay: each is computed from all.
void whole_channels(ChannelFlow &flow);
// The output has channels of its own, counted by the attribute: along the last axis of each parameter, as
// often as it has them (gates). A kernel reads the input's channels along the axis before, a recurrent one
// its own.
ChannelRule own_channels(const std::string &count_attr);
// Each channel has `multiplier` filters of its own, kernel [KH, KW, C, multiplier].
void filters_of_channels(ChannelFlow &flow);
// Inputs one after the other; along another axis than the last: same_channels.
void joined_channels(ChannelFlow &flow);
// A part of the input, and all of its channels, or else these stay.
void cut_channels(ChannelFlow &flow);
// The same values under another shape: rows of channels become longer rows, or the other way round.
void reshaped_channels(ChannelFlow &flow);

}  // namespace mote::ops
