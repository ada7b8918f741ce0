// mote verify: a bundle is whole, and what it says is so of the files in it. Exit status 1 where it is not.
//
// The work is portfolio/verify.cpp.
#include <fmt/format.h>

#include <algorithm>

#include "cli.h"
#include "mote/error.h"
#include "mote/portfolio.h"

namespace mote::cli {

void add_verify(CLI::App &app) {
  struct Options : Common {
    std::string bundle;
    bool is_compiled = false;
  };
  auto o = std::make_shared<Options>();
  CLI::App *c =
      app.add_subcommand("verify", "check that a bundle is whole and its figures are those of its files");
  c->add_option("BUNDLE", o->bundle, "a zip of `mote export --format bundle`")->required();
  c->add_flag("--compile", o->is_compiled, "compile its C with cc and run its self-test, too");
  describe(c, *o, "mote verify 20261122-134000-wave.zip");
  c->callback([o] {
    const VerifiedBundle verified = verify_bundle(o->bundle, o->is_compiled);
    const bool is_whole = verified.is_whole();
    result(*o, verified.record(), verified.text() + (is_whole ? o->bundle + " is what it says." : ""));
    if (is_whole) return;
    const auto failed = std::find_if(verified.checks.begin(), verified.checks.end(),
                                     [](const VerifiedBundle::Check &check) { return !check.is_passed; });
    throw Error(ErrorCode::kDataFormat, o->bundle, "is not what it says: " + failed->text);
  });
}

}  // namespace mote::cli
