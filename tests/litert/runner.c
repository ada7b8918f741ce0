/* Runs a generated model on raw samples: standard input to standard output. INVOKE, IN_T and OUT_T come from
 * -D. */
#include <stdio.h>

#include "model.h"

int main(void) {
  static IN_T input[INPUTS];
  static OUT_T output[OUTPUTS];
  while (fread(input, sizeof(input), 1, stdin) == 1) {
    INVOKE(input, output);
    fwrite(output, sizeof(output), 1, stdout);
  }
  return 0;
}
