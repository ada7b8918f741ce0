// What compressions are called in mote.toml and on the command line.
#include <fmt/format.h>

#include <charconv>

#include "base/error.h"
#include "mote/compress.h"

namespace mote {

const NameTable<PruneSchedule> &prune_schedule_names() {
  static const NameTable<PruneSchedule> kNames(
      {{"constant", PruneSchedule::kConstant}, {"polynomial", PruneSchedule::kPolynomial}});
  return kNames;
}

const NameTable<Importance> &importance_names() {
  static const NameTable<Importance> kNames({{"l1", Importance::kL1},
                                             {"l2", Importance::kL2},
                                             {"bn_scale", Importance::kBatchNorm},
                                             {"taylor", Importance::kTaylor}});
  return kNames;
}

const NameTable<ChannelShares> &channel_shares_names() {
  static const NameTable<ChannelShares> kNames(
      {{"uniform", ChannelShares::kUniform}, {"sensitivity", ChannelShares::kSensitivity}});
  return kNames;
}

const NameTable<ClusterStart> &cluster_start_names() {
  static const NameTable<ClusterStart> kNames({{"kmeans++", ClusterStart::kKMeans},
                                               {"density", ClusterStart::kDensity},
                                               {"linear", ClusterStart::kLinear}});
  return kNames;
}

namespace {

template <class T>
bool read(std::string_view text, T &value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

[[noreturn]] void refuse_pruning(const std::string &text, const std::string &why) {
  throw Error(ErrorCode::kInvalidArgument, "compress.prune", fmt::format("'{}' {}", text, why),
              "write a share of the weights (0.5), of blocks (block:0.5) or of the multiply-adds "
              "(structured:0.5), or how many of how many stay (2:4)");
}

}  // namespace

Pruning parse_pruning(const std::string &text) {
  if (text.empty()) return {};
  constexpr int kLargestGroup = 16;
  Pruning p;
  const size_t colon = text.find(':');
  const std::string head = colon == std::string::npos ? "" : text.substr(0, colon),
                    rest = text.substr(colon + 1);
  if (colon != std::string::npos && read(head, p.n)) {
    if (!read(rest, p.m)) refuse_pruning(text, "is no pruning");
    if (p.m < 2 || p.m > kLargestGroup || p.n < 1 || p.n >= p.m)
      refuse_pruning(text,
                     fmt::format("must leave at least 1, and fewer than all, of 2 to {}", kLargestGroup));
    p.kind = PruneKind::kNofM;
    p.share = 1 - static_cast<double>(p.n) / p.m;
    return p;
  }
  p.kind = head.empty()           ? PruneKind::kWeights
           : head == "block"      ? PruneKind::kBlocks
           : head == "structured" ? PruneKind::kChannels
                                  : PruneKind::kNone;
  if (p.kind == PruneKind::kNone || !read(rest, p.share)) refuse_pruning(text, "is no pruning");
  if (!(p.share > 0 && p.share < 1)) refuse_pruning(text, "must be a share above 0 and below 1");
  return p;
}

std::string pruning_text(const Pruning &p) {
  switch (p.kind) {
    case PruneKind::kNone:
      return "";
    case PruneKind::kNofM:
      return fmt::format("{}:{}", p.n, p.m);
    case PruneKind::kBlocks:
      return fmt::format("block:{:g}", p.share);
    case PruneKind::kChannels:
      return fmt::format("structured:{:g}", p.share);
    case PruneKind::kWeights:
      break;
  }
  return fmt::format("{:g}", p.share);
}

}  // namespace mote
