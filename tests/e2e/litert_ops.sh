#!/usr/bin/env bash
# Every op's integer programs in the standard interpreter.
exec bash "$2/tests/litert/programs.sh" "$(dirname "$1")/tests/ops_test" "$1" "$2"
