#include "parallel.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "kernels.h"

// Waiting threads spin this often before they sleep: a training step forks thousands of times, a few microseconds
// apart, and a wake-up costs more than that.
enum { spins = 4000 };

typedef struct {
    pthread_t thread;
    dk_pool *pool;
    long number;
} worker;

struct dk_pool {
    int threads;
    worker *workers;
    const char *instruction_set;
    dk_body body;
    void *context;
    long parts, count;
    atomic_ulong generation;
    atomic_long remaining;
    atomic_int stopping;
    atomic_int sleepers;
    pthread_mutex_t mutex;
    pthread_cond_t work;
};

static void relax(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

static void run_part(dk_pool *pool, long part) {
    long lo = pool->count * part / pool->parts, hi = pool->count * (part + 1) / pool->parts;
    if (lo < hi) pool->body(pool->context, part, lo, hi);
}

static void wait_for_work(dk_pool *pool, unsigned long seen) {
    for (int i = 0; i < spins; i++) {
        if (atomic_load_explicit(&pool->generation, memory_order_acquire) != seen) return;
        relax();
    }
    pthread_mutex_lock(&pool->mutex);
    atomic_fetch_add(&pool->sleepers, 1);
    while (atomic_load(&pool->generation) == seen) pthread_cond_wait(&pool->work, &pool->mutex);
    atomic_fetch_sub(&pool->sleepers, 1);
    pthread_mutex_unlock(&pool->mutex);
}

static void *work(void *argument) {
    worker *self = argument;
    dk_pool *pool = self->pool;
    unsigned long seen = 0;
    dk_select_instruction_set(pool->instruction_set);
    for (;;) {
        wait_for_work(pool, seen);
        seen = atomic_load_explicit(&pool->generation, memory_order_acquire);
        if (atomic_load(&pool->stopping)) return NULL;
        if (self->number < pool->parts) run_part(pool, self->number);
        atomic_fetch_sub_explicit(&pool->remaining, 1, memory_order_release);
    }
}

static void announce(dk_pool *pool) {
    atomic_fetch_add(&pool->generation, 1);
    if (atomic_load(&pool->sleepers) > 0) {
        pthread_mutex_lock(&pool->mutex);
        pthread_cond_broadcast(&pool->work);
        pthread_mutex_unlock(&pool->mutex);
    }
}

dk_pool *dk_pool_create(int threads) {
    dk_pool *pool = calloc(1, sizeof *pool);
    if (!pool) return NULL;
    pool->workers = calloc(threads > 1 ? threads : 1, sizeof *pool->workers);
    if (!pool->workers) { free(pool); return NULL; }
    pool->threads = 1;
    pool->instruction_set = dk_instruction_set();
    pthread_mutex_init(&pool->mutex, NULL);
    pthread_cond_init(&pool->work, NULL);
    for (int i = 1; i < threads; i++) {
        pool->workers[i] = (worker){.pool = pool, .number = i};
        if (pthread_create(&pool->workers[i].thread, NULL, work, &pool->workers[i]) != 0) {
            dk_pool_destroy(pool);
            return NULL;
        }
        pool->threads++;
    }
    return pool;
}

const char *dk_pool_instruction_set(const dk_pool *pool) { return pool->instruction_set; }

void dk_pool_destroy(dk_pool *pool) {
    if (!pool) return;
    atomic_store(&pool->stopping, 1);
    announce(pool);
    for (int i = 1; i < pool->threads; i++) pthread_join(pool->workers[i].thread, NULL);
    pthread_mutex_destroy(&pool->mutex);
    pthread_cond_destroy(&pool->work);
    free(pool->workers);
    free(pool);
}

void dk_pool_run(dk_pool *pool, long parts, long count, dk_body body, void *context) {
    if (parts > pool->threads) parts = pool->threads;
    if (parts <= 1) { if (count > 0) body(context, 0, 0, count); return; }
    pool->body = body;
    pool->context = context;
    pool->parts = parts;
    pool->count = count;
    atomic_store(&pool->remaining, pool->threads - 1);
    announce(pool);
    run_part(pool, 0);
    // The other parts are as long as this one: spin, and let the others run if they share this core.
    for (int i = 1; atomic_load_explicit(&pool->remaining, memory_order_acquire) > 0; i++) {
        if (i % 1024 == 0) sched_yield(); else relax();
    }
}

// A closure of Swift's as its calling convention passes it: a function, and a context that goes in a register of its own.
typedef __attribute__((swiftcall)) void (*closure_function)(long part, long lo, long hi,
                                                            __attribute__((swift_context)) void *context);
typedef struct {
    closure_function function;
    void *context;
} closure;

static void call_closure(void *context, long part, long lo, long hi) {
    closure *body = context;
    body->function(part, lo, hi, body->context);
}

// dk_pool_run for a closure that does not escape. C cannot name such a type, so ThreadPool.swift declares this function
// itself: see there, and decision 0019.
__attribute__((swiftcall)) void dk_pool_run_closure(dk_pool *pool, long parts, long count, closure_function function,
                                                    void *context);
__attribute__((swiftcall)) void dk_pool_run_closure(dk_pool *pool, long parts, long count, closure_function function,
                                                    void *context) {
    closure body = {function, context};
    dk_pool_run(pool, parts, count, call_closure, &body);
}
