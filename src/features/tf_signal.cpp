// TensorFlow's tf.signal: stft, linear_to_mel_weight_matrix, the logarithm and
// mfccs_from_log_mel_spectrograms, as far as `output` goes.
//
// Settings are named and preset as the arguments of those functions.
// Source: tensorflow/python/ops/signal/{spectral_ops,mel_ops,mfcc_ops,window_ops,shape_ops}.py.
#include "features/audio_support.h"

namespace mote::features {

static AudioPlan tf_signal_plan(const PreprocessingStep &step, const Shape &in) {
  const int frame = step.attrs.integer("frame_length"), hop = step.attrs.integer("frame_step");
  AudioPlan plan = audio_plan(step, in, frame, hop, step.attrs.integer("fft_length"),
                              is_true(step, "pad_end") ? AudioEnds::kPadded : AudioEnds::kWithin);
  plan.window =
      audio_window(step.attrs.text("window"), frame,
                   is_true(step, "periodic") ? WindowPeriod::kTensorFlow : WindowPeriod::kSymmetric);
  plan.p.scale = static_cast<float>(step.attrs.number("input_scale"));
  plan.p.is_power = step.attrs.text("spectrum") == "power";
  const std::string &output = step.attrs.text("output");
  if (output == "spectrogram") return plan;
  set_filters(
      step, plan, step.attrs.integer("num_mel_bins"),
      {.low_hz = step.attrs.number("lower_edge_hertz"), .high_hz = step.attrs.number("upper_edge_hertz")});
  if (output == "mel") return plan;
  set_logarithm(plan, MOTE_AUDIO_LOG_OF_SUM, step.attrs.number("log_offset"));
  if (output == "log_mel") return plan;
  const int coefficients = step.attrs.integer("coefficients");
  set_coefficients(step, plan, coefficients == 0 ? plan.p.filters : coefficients, {});
  return plan;
}

const FeatureDef &tf_signal_feature() {
  static const FeatureDef kDef = audio_feature(
      "tf_signal", "sqrt(2 / F) DCT-II of ln(|tf.signal.stft(x)| @ linear_to_mel_weight_matrix + log_offset)",
      "TensorFlow's tf.signal from the Fourier transform to cepstral coefficients",
      {rate_attr(),
       {"frame_length", int64_t{480}, "samples of a frame", {}, 1, 32768},
       {"frame_step", int64_t{320}, "samples from one frame to the next", {}, 1, 1e6},
       {"fft_length", int64_t{0}, "a power of two; 0: that which holds a frame", {}, 0, 32768},
       window_attr("hann"),
       truth_attr("periodic", true, "the window is periodic, where its length is even, and not symmetric"),
       truth_attr("pad_end", false, "frames that begin within the sound go on with zeros"),
       {"input_scale",
        0x1p-15,
        "each sample is multiplied by it: 1/32768 as tf.audio.decode_wav",
        {},
        1e-30,
        1e6},
       {"spectrum", std::string("magnitude"), "of the Fourier transform", {"magnitude", "power"}},
       {"output", std::string("mfcc"), "where to stop", {"spectrogram", "mel", "log_mel", "mfcc"}},
       {"num_mel_bins", int64_t{20}, "mel filters", {}, 1, 512},
       {"lower_edge_hertz", 125.0, "where the first filter begins", {}, 0, 1e6},
       {"upper_edge_hertz", 3800.0, "where the last filter ends; 0: half of the rate", {}, 0, 1e6},
       {"log_offset", 1e-6, "added in front of the logarithm", {}, 1e-30, 1e6},
       {"coefficients",
        int64_t{0},
        "of the cosine transform, from the first; 0: as many as filters",
        {},
        0,
        512}},
      tf_signal_plan);
  return kDef;
}

}  // namespace mote::features
