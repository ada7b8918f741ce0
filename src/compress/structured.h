// Which channels a graph loses: those that are worth the least, as many as a budget asks for.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "compress/channels.h"
#include "mote/compress.h"

namespace mote {

using CostOfGraph = std::function<double(const Graph &)>;
using LossOfGraph = std::function<double(const Graph &)>;

// What each class of channels is worth, beside others of its choice. `gradients`: of the loss, for each
// parameter (kTaylor alone). Errors: kInvalidArgument for kBatchNorm without any in a choice that is free.
std::vector<double> importance_of(const Graph &graph, const ChannelMap &map, Importance kind,
                                  const std::vector<std::vector<double>> &gradients = {});

struct ChannelsLeft {
  Graph graph;
  std::vector<std::string> notes;
};
// The graph whose cost is at most (1 - share) of what it was. `loss` is asked for kSensitivity only. Layers
// named in `keep` keep their channels. Errors: kUnsupported where no channel is free, or too few are.
ChannelsLeft remove_channels(const Graph &graph, double share, const std::vector<double> &scores,
                             const std::vector<std::string> &keep, const CostOfGraph &cost,
                             ChannelShares shares, const LossOfGraph &loss);

}  // namespace mote
