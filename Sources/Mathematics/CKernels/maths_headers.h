// The system headers that the kernels use: included before a target attribute is pushed, so that it does not reach them.
#pragma once
#include <math.h>
#include <stdint.h>
#include <string.h>
