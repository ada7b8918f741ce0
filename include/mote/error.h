// Error: the one exception type for everything that a user, a file or an argument can cause.
//
// `where` says which file and line, or which op and layer; `message` what was found and what was expected;
// `hint` what to do about it. what() joins them: "data/punch.csv:12: ...; ...". A bug is an InternalError: no
// input may reach one. The library never prints and never aborts.
//
// Ownership/Threads: values; what worker threads throw is thrown again in the thread that waits for them.
//
// Example:
//   try {
//     mote::load("model.mote");
//   } catch (const mote::Error &e) {
//     std::cerr << e.what() << "\n";
//   }
#pragma once

#include <stdexcept>
#include <string>

namespace mote {

enum class ErrorCode {
  kInvalidArgument,  // a setting or argument out of its range
  kNotFound,         // a file, folder, run, board or tool that is not there
  kDataFormat,       // a file whose content is not what it should be
  kShape,            // shapes that do not fit each other
  kUnsupported,      // sound, but mote cannot do it
  kIo,               // the system refused to read or write
  kVersion,          // a file that a newer mote wrote
  kInterrupted       // somebody asked for the end: TrainOptions::on_step
};

class Error : public std::runtime_error {
 public:
  Error(ErrorCode code, std::string where, std::string message, std::string hint = "");

  ErrorCode code() const { return code_; }
  const std::string &where() const { return where_; }
  const std::string &message() const { return message_; }
  const std::string &hint() const { return hint_; }

 private:
  ErrorCode code_;
  std::string where_, message_, hint_;
};

class InternalError : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

}  // namespace mote
