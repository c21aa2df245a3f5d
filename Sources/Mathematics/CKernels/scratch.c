#include "scratch.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "kernels.h"

static pthread_key_t key;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void out_of_memory(void) {
    fputs("there is no room for matrix products: free memory, or raise the limit (ulimit -v)\n", stderr);
    // EX_OSERR
    _exit(71);
}

static void make_key(void) {
    if (pthread_key_create(&key, free) != 0) out_of_memory();
}

float *dk_thread_scratch(void) {
    pthread_once(&once, make_key);
    void *scratch = pthread_getspecific(key);
    if (scratch) return scratch;
    if (posix_memalign(&scratch, 64, DK_PRODUCT_SCRATCH * sizeof(float)) != 0) out_of_memory();
    if (pthread_setspecific(key, scratch) != 0) out_of_memory();
    return scratch;
}
