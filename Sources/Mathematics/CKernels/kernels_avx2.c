// The kernels for AVX2 and FMA: eight floats at a time.
#if defined(__x86_64__)
#include "maths_headers.h"
#include "table.h"

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "maths.h"
#define DK_AVX2
#define DK_NAME(name) name##_avx2
#define DK_SET "avx2"
#include "kernels_body.inc"
#pragma clang attribute pop
#endif
