// Memory that a thread keeps for its matrix products.
#pragma once

/// Room for dk_product's copies, the same for every call of a thread and freed when the thread ends.
float *dk_thread_scratch(void);
