// What an instruction set provides and the dispatch chooses from: one pointer for each kernel.
#pragma once
#include "kernels.h"

#define DK_POINTER(name, parameters, arguments) void(*name) parameters;
typedef struct {
    const char *instruction_set;
    int register_floats;
    DK_KERNELS(DK_POINTER)
} dk_table;
#undef DK_POINTER

extern const dk_table table_baseline;
#if defined(__x86_64__)
extern const dk_table table_avx2;
extern const dk_table table_avx512;
/// Those for AVX-512 with products of bfloat16.
extern const dk_table table_avx512_bf16;
#endif
