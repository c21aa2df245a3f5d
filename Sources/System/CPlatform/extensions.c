// O_DIRECT, and an extension of glibc 2.34.
#define _GNU_SOURCE
#include "extensions.h"

#include <fcntl.h>

int platform_direct_flag(void) { return O_DIRECT; }

int platform_close_from(posix_spawn_file_actions_t *actions, int first) {
    return posix_spawn_file_actions_addclosefrom_np(actions, first);
}
