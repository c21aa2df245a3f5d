// The kernels for any processor of this architecture: SSE2 on x86-64, NEON on arm64.
#include "maths.h"
#include "table.h"

#define DK_NAME(name) name##_baseline
#define DK_SET "baseline"
#include "kernels_body.inc"
