// Edge Impulse's image block: colours or grey of pixels.
#include <fmt/format.h>

#include "features/edge_impulse_support.h"
#include "mote_edge_impulse_image.h"

namespace mote::features {

namespace {

using ImageParams = mote_edge_impulse_image_params;

bool is_grey(const PreprocessingStep &step) { return step.attrs.text("channels") == "Grayscale"; }

ImageParams image_params(const PreprocessingStep &step, const Shape &in) {
  return {rows_of(in), is_grey(step)};
}

Shape image_shape(const PreprocessingStep &step, const Shape &in) {
  if (in[-1] != 3)
    edge_impulse::refuse(step, fmt::format("pixels have {} values, but red, green and blue are 3", in[-1]),
                         "use pictures in colour");
  std::vector<int> dims = in.dims();
  dims.back() = is_grey(step) ? 1 : 3;
  return Shape(std::move(dims));
}

}  // namespace

const FeatureDef &edge_impulse_image_feature() {
  static const FeatureDef kDef = edge_impulse::with_tables(
      {.name = "edge_impulse_image",
       .formula = "red, green, blue / 255, or their grey (0.299 red + 0.587 green + 0.114 blue) / 255",
       .attrs = {edge_impulse::version_attr(1),
                 rows_rate_attr(),
                 {"channels", std::string("RGB"), "colours or grey", {"RGB", "Grayscale"}}},
       .tables = {},
       .shape = image_shape,
       .fit = NotSupported{""},
       .apply =
           [](const PreprocessingStep &step, const Shape &in, const float *x, float *work, float *y) {
             const ImageParams p = image_params(step, in);
             mote_edge_impulse_image(&p, x, work, y);
           },
       .c =
           [](const PreprocessingStep &step, const Shape &in) {
             return feature_call<ImageParams>(
                 "edge_impulse_image", {{"pixels", &ImageParams::pixels}, {"is_grey", &ImageParams::is_grey}},
                 image_params(step, in));
           },
       .with_quantization = NotSupported{"is not one with the quantization"},
       .frames = NotSupported{"is of pictures"},
       .takes_pictures = true,
       .doc = "pixels of 0 to 255 as 0 to 1, in colour or grey, as Edge Impulse's Image block has them"},
      [](const PreprocessingStep &, const Shape &) { return edge_impulse::Tables{}; });
  return kDef;
}

}  // namespace mote::features
