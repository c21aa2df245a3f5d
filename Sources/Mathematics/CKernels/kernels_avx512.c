// The kernels for AVX-512 (F, VL, DQ, BW), and products of bfloat16 for those processors that have them, too.
#if defined(__x86_64__)
#include <immintrin.h>

#include "maths_headers.h"
#include "table.h"

#pragma clang attribute push(__attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,avx2,fma"))), apply_to = function)
#include "maths.h"
#define DK_AVX512
#define DK_NAME(name) name##_avx512
#define DK_SET "avx512"
#include "kernels_body.inc"
#pragma clang attribute pop

#pragma clang attribute push(                                                                                           \
    __attribute__((target("avx512bf16,avx512f,avx512vl,avx512dq,avx512bw,avx2,fma"))), apply_to = function)
#include "bfloat16.inc"
#pragma clang attribute pop
#endif
