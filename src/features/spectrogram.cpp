// Spectrogram: the energy of every bin of the Fourier transform of each frame of sound.
//
// Frames and window are those of tf.signal.stft without padding; samples are int16 and become -1 to 1.
#include "features/audio_energies.h"

namespace mote::features {

static AudioPlan spectrogram_plan(const PreprocessingStep &step, const Shape &in) {
  return framed_plan(step, in);
}

const FeatureDef &spectrogram_feature() {
  static const FeatureDef kDef = in_both_arithmetics(
      "spectrogram", "y[t, k] = log(|sum over i of w[i] x[t * step + i] exp(-2 pi j i k / fft)|^2 + 1e-6)",
      "the power of every frequency bin of each frame of sound, as its logarithm", frame_attrs(),
      spectrogram_plan);
  return kDef;
}

}  // namespace mote::features
