// ChannelFlow: which channels of a node's inputs, parameters and output belong together, so that a pass can
// remove channels from a graph (src/compress/channels.h). An op says it in its ChannelRule.
//
// A channel is an index along the last axis of a value. Each has a label; channels with the same label go
// together or not at all. A rule reads the labels of the inputs and gives those of the output and of the axes
// of the parameters.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "mote/model.h"

namespace mote {

class ChannelFlow {
 public:
  using Labels = std::vector<int>;
  // Of one parameter: the labels along each of its axes; an axis without any stays whole.
  using Axes = std::vector<Labels>;

  // Whoever removes channels says what becomes of labels.
  class Book {
   public:
    virtual ~Book() = default;
    virtual int make() = 0;
    virtual void join(int a, int b) = 0;
    virtual void freeze(int label) = 0;
  };
  ChannelFlow(const NodeView &view, std::vector<Labels> inputs, std::vector<const ParamSpec *> parameters,
              Book &labels)
      : node(view), in(std::move(inputs)), specs(std::move(parameters)), book_(labels) {}

  const NodeView &node;
  const std::vector<Labels> in;  // of each input
  const std::vector<const ParamSpec *> specs;
  Labels out;                // of the output
  std::vector<Axes> params;  // of each parameter; fewer: the others stay whole
  // The attribute that holds the number of channels: itself, or as the last number of a list; "": there is
  // none.
  std::string count_attr;

  // Channels of the node's own.
  Labels fresh(size_t count) {
    Labels labels;
    for (size_t i = 0; i < count; ++i) labels.push_back(book_.make());
    return labels;
  }
  // Channel i of one and of the other go together.
  void join(const Labels &a, const Labels &b) {
    for (size_t i = 0; i < a.size(); ++i) book_.join(a[i], b[i]);
  }
  // These stay.
  void freeze(const Labels &labels) {
    for (int label : labels) book_.freeze(label);
  }

 private:
  Book &book_;
};

using ChannelRule = std::function<void(ChannelFlow &)>;

}  // namespace mote
