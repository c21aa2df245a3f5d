// O_DIRECT is an extension that Swift's Glibc module leaves out.
#define _GNU_SOURCE
#include "direct_files.h"

#include <fcntl.h>

int direct_files_open(const char *path) { return open(path, O_WRONLY | O_CREAT | O_DIRECT | O_CLOEXEC, 0644); }
