// Settings and tables that the blocks of Edge Impulse share.
#include "features/edge_impulse_support.h"

#include "base/error.h"

namespace mote::edge_impulse {

AttrSpec version_attr(int64_t fallback) {
  return {"version", fallback, "implementation version of the block in Edge Impulse, 1 to 4", {}, 1, 4};
}

AttrSpec rate_attr() { return {"rate_hz", 0.0, "rows per second", {}, 0, 1e9}; }

AttrSpec truth_attr(const std::string &name, bool fallback, const std::string &doc) {
  return features::truth_attr(name, fallback, doc, {{"no", "false"}, {"yes", "true"}});
}

double rate_of(const PreprocessingStep &step) {
  const double rate = step.attrs.number("rate_hz");
  if (!(rate > 0)) refuse(step, "the rate of the samples is not known", "set rate_hz to rows per second");
  return rate;
}

FeatureDef with_tables(FeatureDef def, Tables (*tables)(const PreprocessingStep &, const Shape &),
                       const std::vector<std::string> &exact) {
  const auto shape = def.shape;
  def.fit = [tables, shape](PreprocessingStep &step, const Shape &in, const float *, size_t) {
    shape(step, in);
    for (auto &[name, table] : tables(step, in)) step.tables[name] = table;
  };
  def.fits = [tables, shape, exact](const PreprocessingStep &step, const Shape &in) {
    try {
      shape(step, in);
    } catch (const Error &) {
      return false;
    }
    const Tables expected = tables(step, in);
    for (const auto &[name, table] : expected)
      if (step.table(name).size() != table.size()) return false;
    for (const std::string &name : exact)
      if (step.table(name) != expected.at(name)) return false;
    return true;
  };
  return def;
}

}  // namespace mote::edge_impulse
