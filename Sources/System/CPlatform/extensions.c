// O_DIRECT, and an extension of glibc 2.34.
#define _GNU_SOURCE
#include "extensions.h"

#include <sys/prctl.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/vfs.h>
#include <unistd.h>

int platform_direct_flag(void) { return O_DIRECT; }

uint32_t platform_file_system(const char *path) {
    struct statfs system;
    return statfs(path, &system) == 0 ? (uint32_t)system.f_type : 0;
}

int platform_close_from(posix_spawn_file_actions_t *actions, int first) {
    return posix_spawn_file_actions_addclosefrom_np(actions, first);
}

static int caught[2] = {-1, -1};

// Only what POSIX allows in a handler. A full pipe holds so many signals already that one more says nothing new.
static void pass_on(int signal) {
    int reason = errno;
    unsigned char number = (unsigned char)signal;
    ssize_t written = write(caught[1], &number, 1);
    (void)written;
    errno = reason;
}

int platform_catch_signals(const int *signals, int count) {
    if (pipe2(caught, O_CLOEXEC) != 0) return -1;
    if (fcntl(caught[1], F_SETFL, O_NONBLOCK) != 0) return -1;
    struct sigaction action = {.sa_handler = pass_on, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    for (int index = 0; index < count; index++) {
        // `nohup` means it.
        struct sigaction before;
        if (signals[index] == SIGHUP && sigaction(SIGHUP, NULL, &before) == 0 && before.sa_handler == SIG_IGN) continue;
        if (sigaction(signals[index], &action, NULL) != 0) return -1;
    }
    return caught[0];
}

void platform_name_thread(const char *name) { prctl(PR_SET_NAME, name); }
