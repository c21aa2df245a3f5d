// Records what a program does to the files of one directory, and makes calls of its own choice fail. A program that links
// this target has the C library's functions that change files replaced by ones that do so.
#pragma once

#include <stddef.h>
#include <stdint.h>

/// What can be made to fail.
enum disk_call {
    disk_call_open,
    disk_call_write,
    disk_call_truncate,
    /// `fsync`, of files and of directories.
    disk_call_flush,
    /// `fdatasync`.
    disk_call_flush_data,
    disk_call_rename,
    disk_call_remove,
};
enum { disk_call_kinds = 7 };

/// What a record is. Its bytes follow it.
enum disk_record_kind {
    /// A new file; its path from the directory.
    disk_record_create = 1,
    disk_record_write,
    /// The file ends at `offset`.
    disk_record_truncate,
    disk_record_flush,
    /// A flush that failed: what was written since the one before may be lost for ever.
    disk_record_failed_flush,
    /// The names in a directory are flushed; its path.
    disk_record_flush_names,
    /// A name is gone; its path.
    disk_record_remove,
    /// A file has another name: both paths, with a zero between.
    disk_record_rename,
    /// Anything that the program says.
    disk_record_note,
};

struct disk_record {
    uint32_t kind;
    /// Which file, from 1; 0 where it is about none.
    uint32_t file;
    uint64_t offset;
    /// Bytes that follow.
    uint64_t count;
};

/// From now on, watches files below `directory`, an absolute path without links. Call it before any of them is opened.
/// - log: where records go; NULL: nowhere.
/// Returns 0 or an error number.
int disk_calls_watch(const char *directory, const char *log);

/// Writes a note between the records.
void disk_calls_note(const void *bytes, size_t count);

/// Of the calls of this kind from now on, the one of this number (the first is 1) and those after it, `count` in all, fail
/// with `error`. Calls of other kinds do not. A write that fails leaves half of its bytes.
void disk_calls_fail(enum disk_call kind, long number, long count, int error);

/// No call fails any more, and counts begin anew.
void disk_calls_mend(void);

/// Calls of this kind since `disk_calls_fail` or `disk_calls_mend`, and how many calls have failed since.
long disk_calls_made(enum disk_call kind);
long disk_calls_failed(void);
