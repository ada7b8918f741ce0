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

// What each class of channels is worth, beside others of its choice; not of kTaylor. With kBatchNorm layers
// without one go by kL1, and `notes` says which. Errors: kInvalidArgument where no choice that is free has
// one.
std::vector<double> importance_of(const Graph &graph, const ChannelMap &map, Importance kind,
                                  std::vector<std::string> *notes = nullptr);

// Adds to `scores` what a batch of examples says: the change of its loss to first order if the weights of a
// class were 0, squared. Squared before batches are added, since gradients of a trained model add up to
// nothing. `gradients`: of the loss, of all parameters one after the other. Source: Molchanov et al. 2019,
// equation 8.
void add_taylor(const Graph &graph, const ChannelMap &map, const float *gradients,
                std::vector<double> &scores);

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
