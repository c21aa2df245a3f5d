#include <protobuf-c/protobuf-c.h>

// What an absent string points to. An array without a size is not visible in Swift.
static inline const char *protobuf_c_absent_string(void) { return protobuf_c_empty_string; }
