// The target: boards, memory plan, flash, RAM, time and energy; measured on an emulated core.
//
//   const auto boards = mote::known_boards();
//   const auto p = mote::profile(q, {.board = mote::board_by_name(boards, "nano33ble"), .is_emulated =
//   true}); std::cout << mote::profile_text(p);
#pragma once

#include "device/boards.h"
#include "device/firmware.h"
#include "device/profile.h"
