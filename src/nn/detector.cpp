// Appends the ops that score anomalies to a graph, as a layer of its own called "score".
//
// What they compute: ops/anomaly_support.h. How they are fitted and their threshold is chosen: train/.
#include "nn/detector.h"

namespace mote {

static void add_score(Graph &graph, const std::string &op, const Attrs &attrs,
                      const std::vector<int> &inputs) {
  const int first = graph.count();
  graph.add(op, "score", attrs, inputs);
  graph.layers.push_back({"score", op, first, graph.count()});
}

void add_reconstruction_error(Graph &graph, double reach) {
  add_score(graph, "reconstruction_error", {{"reach", reach}}, {0, graph.count()});
}

void add_gaussian(Graph &graph, const std::string &covariance, double reach) {
  add_score(graph, "mahalanobis", {{"covariance", covariance}, {"reach", reach}}, {0});
}

void add_centroids(Graph &graph, int centroids, double reach) {
  add_score(graph, "nearest_centroid", {{"centroids", int64_t{centroids}}, {"reach", reach}}, {0});
}

}  // namespace mote
