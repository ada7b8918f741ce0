// The version that --version prints: the number and, where the sources were a checkout, its commit behind a
// plus sign, as semantic versioning has it. By itself in a file, because it is compiled anew with every
// commit.
#include "base/version.h"

#include <string>

#include "cli.h"
#include "commit.h"

namespace mote::cli {

std::string version_text() {
  const std::string commit = MOTE_COMMIT;
  return commit.empty() ? kVersion : std::string(kVersion) + "+" + commit;
}

}  // namespace mote::cli
