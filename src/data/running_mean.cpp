// Recordings less the running mean of their channels, each from its own first row on.
//
// The routine is features/running_mean.h; streams and files that come in parts take it off row by row where
// they are read (workflow/).
#include "features/running_mean.h"

#include "mote/recordings.h"

namespace mote {

void Recordings::take_off_running_mean(int rows) {
  RunningMean mean(rows, channels.size());
  for (Recording &r : items) {
    mean.restart();
    mean.take_off(r.values.data(), static_cast<size_t>(r.rows));
  }
}

}  // namespace mote
