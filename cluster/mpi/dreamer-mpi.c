// Learners of one group over MPI, as the program loads it: scripts/build-mpi compiles it with the mpicc of the place where it
// is to run, so that the program itself knows nothing of MPI. Nothing is computed here: sums in an order of our own are made
// by whoever calls, so that they have the same bits everywhere and every time.
#include <mpi.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "collective.h"

static int rank, count;
static double timeout;

static void end_group(const char *reason) {
    fprintf(stderr, "dreamer: rank %d of %d: %s: the whole group ends\n", rank, count, reason);
    MPI_Abort(MPI_COMM_WORLD, 1);
    abort();
}

// Waits without keeping a processor from those that compute: at first it looks again and again, later ten thousand times a
// second. A process that has died is noticed by mpirun; one that hangs, here.
static void finish(int started, MPI_Request *request) {
    if (started != MPI_SUCCESS) end_group("MPI cannot begin an exchange");
    const double since = MPI_Wtime();
    for (;;) {
        int done = 0;
        if (MPI_Test(request, &done, MPI_STATUS_IGNORE) != MPI_SUCCESS) end_group("an exchange has failed");
        if (done) return;
        const double waited = MPI_Wtime() - since;
        if (waited > timeout) end_group("another rank has not come to an exchange in time");
        if (waited < 0.2) {
            sched_yield();
        } else {
            const struct timespec pause = {0, 100000};
            nanosleep(&pause, NULL);
        }
    }
}

static int begin(double timeout_seconds, int *my_rank, int *all) {
    int provided, status = MPI_Init_thread(NULL, NULL, MPI_THREAD_SERIALIZED, &provided);
    if (status != MPI_SUCCESS) return status;
    // From now on errors come back, and are told in a line.
    MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &count);
    if (provided < MPI_THREAD_SERIALIZED) return MPI_ERR_OTHER;
    timeout = timeout_seconds;
    *my_rank = rank;
    *all = count;
    return 0;
}

static void gather(const void *mine, long bytes, void *all) {
    MPI_Request request;
    finish(MPI_Iallgather(mine, (int)bytes, MPI_BYTE, all, (int)bytes, MPI_BYTE, MPI_COMM_WORLD, &request), &request);
}

static void trade(const float *values, float *received, const int *counts, const int *offsets) {
    int mine[count], places[count];
    for (int r = 0; r < count; r++) {
        mine[r] = counts[rank];
        places[r] = r * counts[rank];
    }
    MPI_Request request;
    finish(MPI_Ialltoallv(values, counts, offsets, MPI_FLOAT, received, mine, places, MPI_FLOAT, MPI_COMM_WORLD, &request),
           &request);
}

static void spread(float *values, const int *counts, const int *offsets) {
    MPI_Request request;
    finish(MPI_Iallgatherv(MPI_IN_PLACE, 0, MPI_DATATYPE_NULL, values, counts, offsets, MPI_FLOAT, MPI_COMM_WORLD, &request),
           &request);
}

static void end_all(int status) {
    MPI_Abort(MPI_COMM_WORLD, status);
    abort();
}

static void end(void) { MPI_Finalize(); }

static const dreamer_collective functions = {begin, gather, trade, spread, end_all, end};

const dreamer_collective *dreamer_collective_functions(int version) {
    return version == DREAMER_COLLECTIVE_VERSION ? &functions : NULL;
}
