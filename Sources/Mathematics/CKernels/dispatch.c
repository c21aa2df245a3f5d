// Chooses one table of kernels when the library is loaded. A thread may choose another for itself.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "table.h"

static const dk_table *usual = &table_baseline;
// Whether the environment has named the instruction set: then there is none beyond it.
static int is_forced;
static _Thread_local const dk_table *chosen;

static const dk_table *active(void) { return chosen ? chosen : usual; }

// The table of an instruction set, null where the processor lacks it or the name is unknown.
static const dk_table *find(const char *name) {
    if (strcmp(name, "baseline") == 0) return &table_baseline;
#if defined(__x86_64__)
    __builtin_cpu_init();
    int avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    if (strcmp(name, "avx2") == 0 && avx2) return &table_avx2;
    if (strcmp(name, "avx512") == 0 && avx2 && __builtin_cpu_supports("avx512f") &&
        __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw"))
        return &table_avx512;
    if (strcmp(name, "avx512_bf16") == 0 && !is_forced && __builtin_cpu_supports("avx512bf16")) {
        const dk_table *others = find("avx512");
        return others ? &table_avx512_bf16 : NULL;
    }
#endif
    return NULL;
}

int dk_select_instruction_set(const char *name) {
    const dk_table *table = find(name);
    if (table) chosen = table;
    return table != NULL;
}

const char *dk_best_instruction_set(void) {
    return find("avx512") ? "avx512" : find("avx2") ? "avx2" : "baseline";
}

const char *dk_instruction_set(void) { return active()->instruction_set; }

int dk_register_floats(void) { return active()->register_floats; }

__attribute__((constructor)) static void choose(void) {
    const char *forced = getenv("DREAMER_KERNELS");
    is_forced = forced && *forced;
    const dk_table *table = find(is_forced ? forced : dk_best_instruction_set());
    if (!table) {
        fprintf(stderr,
                "dreamer: DREAMER_KERNELS=%s: there are no such kernels for this processor; known are %s%sbaseline\n",
                forced, find("avx512") ? "avx512, " : "", find("avx2") ? "avx2, " : "");
        exit(64);
    }
    usual = table;
}

#define DK_DISPATCH(name, parameters, arguments) void dk_##name parameters { active()->name arguments; }
DK_KERNELS(DK_DISPATCH)
