// A pool of threads that share one loop at a time: fork, join, nothing else.
#pragma once

typedef struct dk_pool dk_pool;

/// One part of a loop: part number, first index, one past the last.
typedef void (*dk_body)(void *context, long part, long lo, long hi);

/// A pool of `threads` threads, the caller of dk_pool_run being one of them; null where threads cannot be made.
dk_pool *dk_pool_create(int threads);
void dk_pool_destroy(dk_pool *pool);

/// The instruction set of its threads, which was that of the thread that made it.
const char *dk_pool_instruction_set(const dk_pool *pool);

/// Runs body over 0..<count in `parts` contiguous parts (at most the pool's threads) and returns when all are done.
void dk_pool_run(dk_pool *pool, long parts, long count, dk_body body, void *context);
