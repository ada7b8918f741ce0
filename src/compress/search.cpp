// compress_to(): recipes from little to much, until one is small and accurate enough. What a recipe is worth
// is seen on validation windows, on which the test is not.
#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "compress/mixed.h"
#include "mote/compress.h"
#include "mote/evaluate.h"

namespace mote {

namespace {

class Search {
 public:
  Search(const Splits &data, const CompressGoal &goal,
         const std::function<void(const TriedCompression &)> &on_tried)
      : data_(data), goal_(goal), on_tried_(on_tried) {}

  // Of a model that was made so; keeps it if it is the best that is small enough.
  void judge(const std::string &what, const CompressedModel &made) {
    const IntegerProgram program = quantize(made.run.model, {data_.train, goal_.quantize});
    TriedCompression tried{what, goal_.bytes_of(program), evaluate(program, data_.val).accuracy};
    const bool is_small = tried.bytes <= goal_.bytes;
    if (!found.tried.empty() && is_small &&
        (found.chosen == 0 || tried.accuracy > found.tried[found.chosen].accuracy)) {
      found.chosen = found.tried.size();
      found.made = made;
    }
    if (on_tried_) on_tried_(tried);
    found.tried.push_back(std::move(tried));
  }
  // Bits by sensitivity behind what `from` has already: fewer, until they are few enough with the code that
  // reads them.
  void mix(const std::string &before, const CompressedModel &from, const Model &as_is, CompressSettings how,
           const TrainOptions &training, const CompressHelp &help) {
    constexpr int kMostRounds = 3;
    const Dataset &judged = data_.val;
    double saved = goal_.bytes_of(quantize(from.run.model, {data_.train, goal_.quantize})) - goal_.bytes;
    how.prune = {};
    how.clusters = 0;
    how.bits = 8;
    for (int round = 0; round < kMostRounds && saved > 0; ++round) {
      auto values =
          mixed_values(from.run.model, judged, saved, how.keep_layers, compress_options(how, training));
      if (values == how.kernel_clusters) return;  // as few as there are
      how.kernel_clusters = std::move(values);
      CompressedModel made = compress(from.run.model, data_, how, training, help);
      made.before = size_of(as_is.graph);
      made.notes = from.notes;
      std::vector<std::string> bits;
      for (const auto &[kernel, count] : how.kernel_clusters)
        bits.push_back(count == 0 ? "8" : count == 16 ? "4" : count == 8 ? "3" : "2");
      judge(fmt::format("{}{} bits", before, fmt::join(bits, "/")), made);
      saved += found.tried.back().bytes - goal_.bytes;
      if (found.tried.back().bytes <= goal_.bytes) return;
    }
  }
  double drop_of(const TriedCompression &t) const { return 100 * (found.tried[0].accuracy - t.accuracy); }
  bool is_done() const { return found.chosen > 0 && drop_of(found.tried[found.chosen]) <= goal_.drop + 1e-9; }

  [[noreturn]] void give_up() const {
    const auto told = [&](const TriedCompression &t) {
      return fmt::format("{} takes {:.0f} bytes and loses {:.2f} points", t.what, t.bytes, drop_of(t));
    };
    const TriedCompression *smallest = nullptr;  // of those that lose little enough
    for (const TriedCompression &t : found.tried)
      if (drop_of(t) <= goal_.drop + 1e-9 && (smallest == nullptr || t.bytes < smallest->bytes))
        smallest = &t;
    std::string message =
        fmt::format("nothing takes {:.0f} bytes and loses at most {:g} points", goal_.bytes, goal_.drop);
    if (found.chosen > 0)
      message += fmt::format("; of what is small enough {}", told(found.tried[found.chosen]));
    if (smallest != nullptr) message += fmt::format("; of what loses little enough {}", told(*smallest));
    throw Error(ErrorCode::kUnsupported, "compress", message,
                "allow more bytes or more points, train longer behind each step (--epochs), or begin with "
                "another network");
  }

  FoundCompression found;

 private:
  const Splits &data_;
  const CompressGoal &goal_;
  const std::function<void(const TriedCompression &)> &on_tried_;
};

}  // namespace

FoundCompression compress_to(const Model &model, const Splits &data, const CompressGoal &goal,
                             const CompressSettings &settings, const TrainOptions &training,
                             const CompressHelp &help,
                             const std::function<void(const TriedCompression &)> &on_tried) {
  if (model.labels.empty() || data.val.size() == 0)
    throw Error(ErrorCode::kInvalidArgument, "compress",
                "a search needs classes and validation windows, on which it compares",
                "choose what to do by yourself (--prune, --cluster, --bits)");
  for (const Parameter &p : model.graph.params)
    if (p.form.is_set())
      throw Error(ErrorCode::kInvalidArgument, "compress",
                  fmt::format("{} is compressed already, and a search begins with channels", p.name),
                  "search from the run that it was made from");
  Search search(data, goal, on_tried);
  CompressedModel as_is;
  as_is.run.model = model;
  search.judge("as it is", as_is);
  if (search.found.tried[0].bytes <= goal.bytes)
    throw Error(ErrorCode::kUnsupported, "compress",
                fmt::format("the int8 model takes {:.0f} bytes as it is, which is small enough",
                            search.found.tried[0].bytes),
                "ask for less");
  CompressSettings one = settings;
  one.schedule = PruneSchedule::kConstant;
  const auto made = [&](const Model &from, const Pruning &prune, int clusters, int bits) {
    one.kernel_clusters.clear();
    one.prune = prune;
    one.clusters = clusters;
    one.bits = bits;
    return compress(from, data, one, training, help);
  };
  // where a model cannot have it, the search goes on without
  const auto attempt = [&](const auto &work) {
    try {
      work();
    } catch (const Error &e) {
      if (e.code() != ErrorCode::kUnsupported && e.code() != ErrorCode::kInvalidArgument) throw;
    }
  };
  for (const double share : {0.0, 0.3, 0.5, 0.65, 0.8, 0.9}) {
    CompressedModel smaller = as_is;
    std::string what;
    bool is_there = share == 0;
    if (share > 0)
      attempt([&] {
        smaller = made(model, {PruneKind::kChannels, share}, 0, 8);
        what = fmt::format("structured:{:g}", share);
        search.judge(what, smaller);
        is_there = true;
      });
    if (!is_there) break;
    const std::string before = what.empty() ? "" : what + ", ";
    const auto behind = [&](const std::string &name, int clusters, int bits) {
      attempt([&] {
        CompressedModel m = made(smaller.run.model, {}, clusters, bits);
        m.before = size_of(model.graph);
        m.notes = smaller.notes;
        search.judge(before + name, m);
      });
    };
    if (goal.has_mixed_bits)
      attempt([&] { search.mix(before, smaller, model, one, training, help); });
    else {
      behind("cluster 16", 16, 8);
      behind("4 bits", 0, 4);
    }
    if (search.is_done()) return std::move(search.found);
  }
  search.give_up();
}

}  // namespace mote
