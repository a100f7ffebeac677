/* The same vector tests for T0's other way to dispatch: a switch in place of label addresses, for compilers that have none. */
#define T0_SWITCH
#include "jit/interp.c"

#define setup test_setup
#include "jit/interp_vec_test.c"
