/* The older name of C++'s <typeinfo>. */
#ifdef __cplusplus
#include <typeinfo>
#endif
