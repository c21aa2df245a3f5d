#define _GNU_SOURCE
#include "disk_calls.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { maximum_descriptors = 4096, maximum_files = 65536, sector = 512 };

// One call at a time, together with its record: so the order of the records is one in which the calls could have happened.
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static char directory[4096];
static size_t directory_length;
static int log_descriptor = -1;

// What an open descriptor of the directory refers to.
struct handle {
    bool is_watched, is_directory, appends;
    uint32_t file;
    char path[256];
};
static struct handle handles[maximum_descriptors];

// The number of each file that has a name, by the system's number, which is used again once a file is gone.
static struct {
    ino_t inode;
    uint32_t file;
} files[maximum_files];
static uint32_t file_count;

static struct {
    enum disk_call kind;
    long first, count;
    int error;
} fault;
static long made[disk_call_kinds], failed;

static void put(const void *bytes, size_t count) {
    while (count > 0) {
        long written = syscall(SYS_write, log_descriptor, bytes, count);
        if (written <= 0) abort();
        bytes = (const char *)bytes + written;
        count -= (size_t)written;
    }
}

static void record(uint32_t kind, uint32_t file, uint64_t offset, const void *bytes, size_t count) {
    if (log_descriptor < 0) return;
    struct disk_record head = {kind, file, offset, count};
    put(&head, sizeof head);
    put(bytes, count);
}

/// The path below the directory; NULL for one elsewhere.
static const char *below(const char *path) {
    if (directory_length == 0 || strncmp(path, directory, directory_length) != 0) return NULL;
    if (path[directory_length] == '\0') return path + directory_length;
    return path[directory_length] == '/' ? path + directory_length + 1 : NULL;
}

// SQLite maps the index of its log into memory and makes it anew after a crash: whatever it holds is of no account.
static bool is_recorded(const char *path) {
    size_t length = strlen(path);
    return length < 4 || strcmp(path + length - 4, "-shm") != 0;
}

/// Counts a call; true, and `errno` set, where it is to fail.
static bool fails(enum disk_call kind) {
    long number = ++made[kind];
    if (fault.count == 0 || kind != fault.kind || number < fault.first || number - fault.first >= fault.count)
        return false;
    failed++;
    errno = fault.error;
    return true;
}

static struct handle *watched(int descriptor) {
    if (descriptor < 0 || descriptor >= maximum_descriptors || !handles[descriptor].is_watched) return NULL;
    return &handles[descriptor];
}

static uint32_t file_of(ino_t inode, bool is_new) {
    for (uint32_t index = file_count; index > 0 && !is_new; index--)
        if (files[index - 1].inode == inode) return files[index - 1].file;
    if (file_count == maximum_files) abort();
    files[file_count].inode = inode;
    files[file_count].file = file_count + 1;
    return ++file_count;
}

int disk_calls_watch(const char *path, const char *log) {
    pthread_mutex_lock(&lock);
    int error = 0;
    if (log_descriptor >= 0) syscall(SYS_close, log_descriptor);
    log_descriptor = -1;
    if (log) {
        log_descriptor = (int)syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
        if (log_descriptor < 0) error = errno;
    }
    directory_length = strlen(path);
    if (directory_length >= sizeof directory) abort();
    memcpy(directory, path, directory_length + 1);
    file_count = 0;
    memset(handles, 0, sizeof handles);
    pthread_mutex_unlock(&lock);
    return error;
}

void disk_calls_note(const void *bytes, size_t count) {
    pthread_mutex_lock(&lock);
    record(disk_record_note, 0, 0, bytes, count);
    pthread_mutex_unlock(&lock);
}

static void set_fault(enum disk_call kind, long number, long count, int error) {
    pthread_mutex_lock(&lock);
    fault.kind = kind;
    fault.first = number;
    fault.count = count;
    fault.error = error;
    memset(made, 0, sizeof made);
    failed = 0;
    pthread_mutex_unlock(&lock);
}

void disk_calls_fail(enum disk_call kind, long number, long count, int error) {
    set_fault(kind, number, count, error);
}

void disk_calls_mend(void) { set_fault(disk_call_open, 0, 0, 0); }

long disk_calls_made(enum disk_call kind) {
    pthread_mutex_lock(&lock);
    long count = made[kind];
    pthread_mutex_unlock(&lock);
    return count;
}

long disk_calls_failed(void) {
    pthread_mutex_lock(&lock);
    long count = failed;
    pthread_mutex_unlock(&lock);
    return count;
}

// Opening and closing

static int open_locked(const char *path, const char *name, int flags, mode_t mode) {
    if (fails(disk_call_open)) return -1;
    struct stat before, after;
    bool existed = stat(path, &before) == 0;
    int descriptor = (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
    if (descriptor < 0) return -1;
    if (descriptor >= maximum_descriptors || strlen(name) >= sizeof handles[0].path || fstat(descriptor, &after) != 0)
        abort();
    struct handle *handle = &handles[descriptor];
    *handle = (struct handle){.is_watched = true, .is_directory = S_ISDIR(after.st_mode), .appends = flags & O_APPEND};
    strcpy(handle->path, name);
    if (handle->is_directory || !is_recorded(name)) return descriptor;
    handle->file = file_of(after.st_ino, !existed);
    if (!existed) record(disk_record_create, handle->file, 0, name, strlen(name));
    if (existed && (flags & O_TRUNC)) record(disk_record_truncate, handle->file, 0, NULL, 0);
    return descriptor;
}

static int open_file(int at, const char *path, int flags, mode_t mode) {
    const char *name = at == AT_FDCWD || path[0] == '/' ? below(path) : NULL;
    if (!name) return (int)syscall(SYS_openat, at, path, flags, mode);
    pthread_mutex_lock(&lock);
    int descriptor = open_locked(path, name, flags, mode);
    pthread_mutex_unlock(&lock);
    return descriptor;
}

static mode_t mode_of(int flags, va_list arguments) {
    return flags & (O_CREAT | __O_TMPFILE) ? va_arg(arguments, mode_t) : 0;
}

int open(const char *path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = mode_of(flags, arguments);
    va_end(arguments);
    return open_file(AT_FDCWD, path, flags, mode);
}

int open64(const char *path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = mode_of(flags, arguments);
    va_end(arguments);
    return open_file(AT_FDCWD, path, flags, mode);
}

int openat(int at, const char *path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = mode_of(flags, arguments);
    va_end(arguments);
    return open_file(at, path, flags, mode);
}

int close(int descriptor) {
    pthread_mutex_lock(&lock);
    struct handle *handle = watched(descriptor);
    if (handle) handle->is_watched = false;
    int result = (int)syscall(SYS_close, descriptor);
    pthread_mutex_unlock(&lock);
    return result;
}

// Writing

/// Writes and records; a negative offset stands for the descriptor's own.
static ssize_t write_locked(const struct handle *handle, int descriptor, const void *bytes, size_t count, off_t offset) {
    off_t start = offset;
    struct stat status;
    if (offset < 0) start = handle->appends && fstat(descriptor, &status) == 0 ? status.st_size : lseek(descriptor, 0, SEEK_CUR);
    bool is_failing = fails(disk_call_write);
    int error = errno;
    size_t part = is_failing ? count / 2 / sector * sector : count;
    ssize_t written = part == 0 && is_failing ? 0
        : offset < 0                          ? syscall(SYS_write, descriptor, bytes, part)
                                              : syscall(SYS_pwrite64, descriptor, bytes, part, offset);
    if (written > 0 && handle->file != 0) record(disk_record_write, handle->file, (uint64_t)start, bytes, (size_t)written);
    if (!is_failing) return written;
    // The caller does not know what has arrived.
    if (offset < 0) lseek(descriptor, start, SEEK_SET);
    errno = error;
    return -1;
}

ssize_t pwrite(int descriptor, const void *bytes, size_t count, off_t offset) {
    pthread_mutex_lock(&lock);
    struct handle *handle = watched(descriptor);
    ssize_t written = handle ? write_locked(handle, descriptor, bytes, count, offset)
                             : syscall(SYS_pwrite64, descriptor, bytes, count, offset);
    pthread_mutex_unlock(&lock);
    return written;
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t count, off64_t offset) {
    return pwrite(descriptor, bytes, count, offset);
}

ssize_t write(int descriptor, const void *bytes, size_t count) {
    pthread_mutex_lock(&lock);
    struct handle *handle = watched(descriptor);
    // Whatever else is written may wait, as pipes do.
    if (!handle) pthread_mutex_unlock(&lock);
    if (!handle) return syscall(SYS_write, descriptor, bytes, count);
    ssize_t written = write_locked(handle, descriptor, bytes, count, -1);
    pthread_mutex_unlock(&lock);
    return written;
}

/// The parts one after the other: fewer bytes than asked for are an answer that callers must expect.
static ssize_t write_parts(int descriptor, const struct iovec *parts, int count, off_t offset) {
    ssize_t total = 0;
    for (int index = 0; index < count; index++) {
        ssize_t written = offset < 0 ? write(descriptor, parts[index].iov_base, parts[index].iov_len)
                                     : pwrite(descriptor, parts[index].iov_base, parts[index].iov_len, offset + total);
        if (written < 0) return total > 0 ? total : -1;
        total += written;
        if ((size_t)written < parts[index].iov_len) break;
    }
    return total;
}

static bool is_watched(int descriptor) {
    pthread_mutex_lock(&lock);
    bool answer = watched(descriptor) != NULL;
    pthread_mutex_unlock(&lock);
    return answer;
}

ssize_t writev(int descriptor, const struct iovec *parts, int count) {
    if (!is_watched(descriptor)) return syscall(SYS_writev, descriptor, parts, count);
    return write_parts(descriptor, parts, count, -1);
}

ssize_t pwritev(int descriptor, const struct iovec *parts, int count, off_t offset) {
    return write_parts(descriptor, parts, count, offset);
}

ssize_t pwritev64(int descriptor, const struct iovec *parts, int count, off64_t offset) {
    return write_parts(descriptor, parts, count, offset);
}

int ftruncate(int descriptor, off_t size) {
    pthread_mutex_lock(&lock);
    struct handle *handle = watched(descriptor);
    int result = handle && fails(disk_call_truncate) ? -1 : (int)syscall(SYS_ftruncate, descriptor, size);
    if (handle && handle->file != 0 && result == 0) record(disk_record_truncate, handle->file, (uint64_t)size, NULL, 0);
    pthread_mutex_unlock(&lock);
    return result;
}

int ftruncate64(int descriptor, off64_t size) { return ftruncate(descriptor, size); }

// Flushing

static int flush_locked(const struct handle *handle, int descriptor, enum disk_call kind) {
    int result = fails(kind) ? -1 : (int)syscall(kind == disk_call_flush ? SYS_fsync : SYS_fdatasync, descriptor);
    int error = errno;
    if (handle->file != 0)
        record(result == 0 ? disk_record_flush : disk_record_failed_flush, handle->file, 0, NULL, 0);
    if (handle->is_directory && result == 0)
        record(disk_record_flush_names, 0, 0, handle->path, strlen(handle->path));
    errno = error;
    return result;
}

static int flush(int descriptor, enum disk_call kind) {
    pthread_mutex_lock(&lock);
    struct handle *handle = watched(descriptor);
    int result = handle ? flush_locked(handle, descriptor, kind)
                        : (int)syscall(kind == disk_call_flush ? SYS_fsync : SYS_fdatasync, descriptor);
    pthread_mutex_unlock(&lock);
    return result;
}

int fsync(int descriptor) { return flush(descriptor, disk_call_flush); }
int fdatasync(int descriptor) { return flush(descriptor, disk_call_flush_data); }

// Names

int unlink(const char *path) {
    pthread_mutex_lock(&lock);
    const char *name = below(path);
    int result = name && fails(disk_call_remove) ? -1 : (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
    if (name && result == 0 && is_recorded(name)) record(disk_record_remove, 0, 0, name, strlen(name));
    pthread_mutex_unlock(&lock);
    return result;
}

int rename(const char *old, const char *new) {
    pthread_mutex_lock(&lock);
    const char *from = below(old), *to = below(new);
    bool is_inside = from && to;
    int result = is_inside && fails(disk_call_rename)
        ? -1
        : (int)syscall(SYS_renameat2, AT_FDCWD, old, AT_FDCWD, new, 0);
    if (is_inside && result == 0) {
        char names[2 * sizeof handles[0].path];
        int count = snprintf(names, sizeof names, "%s%c%s", from, 0, to);
        if (count < 0 || (size_t)count >= sizeof names) abort();
        record(disk_record_rename, 0, 0, names, (size_t)count);
    }
    pthread_mutex_unlock(&lock);
    return result;
}
