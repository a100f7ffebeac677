# The toy guest belongs to the tests alone.
EXTRA_toy_test := $(O)/obj/tests/toy/toy.o
$(O)/t/tests/toy_test: $(EXTRA_toy_test)
