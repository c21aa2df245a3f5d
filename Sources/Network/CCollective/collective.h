// What a library offers that lets processes of one group hand each other memory. `cluster/mpi/dreamer-mpi.c` is one for MPI.
#pragma once

// Counted up with every change of the functions below.
enum { DREAMER_COLLECTIVE_VERSION = 1 };

// All processes call the same functions with the same sizes in the same order, each from one thread at a time. A call that
// cannot be completed within the time that `begin` was told, or at all, says why on standard error and ends the whole group.
typedef struct {
    // Joins the group that this process was started in. Returns 0, or what went wrong.
    int (*begin)(double timeout_seconds, int *rank, int *count);
    // The `bytes` of each process one after the other, by rank, at all of them.
    void (*gather)(const void *mine, long bytes, void *all);
    // From rank r comes counts[rank] floats that lie at its offsets[rank], to received + r * counts[rank].
    void (*trade)(const float *values, float *received, const int *counts, const int *offsets);
    // Of `values` each process has counts[rank] floats at offsets[rank]; afterwards all have all.
    void (*spread)(float *values, const int *counts, const int *offsets);
    // Ends the processes of the group with this status.
    void (*abort)(int status);
    // Leaves the group in good order, when all others do.
    void (*end)(void);
} dreamer_collective;

// The library's one function; null for another version.
typedef const dreamer_collective *(*dreamer_collective_find)(int version);
