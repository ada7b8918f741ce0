// Errors: everything a user can cause is a mote::Error with code(), where(), message() and hint().
//
//   try { mote::load("model.mote"); } catch (const mote::Error &e) { std::cerr << e.what() << "\n"; }
#pragma once

#include "base/error.h"
