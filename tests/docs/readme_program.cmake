# Writes the C++ program of README.md into a file: -DREADME=... -DOUTPUT=...
file(READ ${README} text)
string(REGEX MATCH "```cpp\n(#include [^`]*)```" found "${text}")
if(NOT found)
  message(FATAL_ERROR "README.md has no C++ program")
endif()
file(WRITE ${OUTPUT} "${CMAKE_MATCH_1}")
