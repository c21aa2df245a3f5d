#include "build.h"

// Not constant: what stands there in the end is not known when this is compiled.
__attribute__((section(".dreamer.commit"), used)) static char commit[64] = "";

const char *build_commit(void) { return commit; }
