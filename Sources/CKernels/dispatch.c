// Chooses one table of kernels when the library is loaded.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "table.h"

static const dk_table *active = &table_baseline;
static const char *active_name = "baseline";

static int available(const char *name) {
    if (strcmp(name, "baseline") == 0) return 1;
#if defined(__x86_64__)
    __builtin_cpu_init();
    int avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    if (strcmp(name, "avx2") == 0) return avx2;
    if (strcmp(name, "avx512") == 0)
        return avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
               __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw");
#endif
    return 0;
}

int dk_select_instruction_set(const char *name) {
    if (!available(name)) return 0;
#if defined(__x86_64__)
    if (strcmp(name, "avx512") == 0) { active = &table_avx512; active_name = "avx512"; return 1; }
    if (strcmp(name, "avx2") == 0) { active = &table_avx2; active_name = "avx2"; return 1; }
#endif
    active = &table_baseline;
    active_name = "baseline";
    return 1;
}

const char *dk_best_instruction_set(void) {
    return available("avx512") ? "avx512" : available("avx2") ? "avx2" : "baseline";
}

const char *dk_instruction_set(void) { return active_name; }

__attribute__((constructor)) static void choose(void) {
    const char *forced = getenv("DREAMER_KERNELS");
    if (!forced || !*forced) {
        dk_select_instruction_set(dk_best_instruction_set());
    } else if (!dk_select_instruction_set(forced)) {
        fprintf(stderr,
                "dreamer: DREAMER_KERNELS=%s: there are no such kernels for this processor; known are %s%sbaseline\n",
                forced, available("avx512") ? "avx512, " : "", available("avx2") ? "avx2, " : "");
        exit(64);
    }
}

#define DK_DISPATCH(name, parameters, arguments) void dk_##name parameters { active->name arguments; }
DK_KERNELS(DK_DISPATCH)
