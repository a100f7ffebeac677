# The unit tests of runtime/linux/ link the runtime without its main().
LX_TESTS := table_test path_test
$(foreach t,$(LX_TESTS),$(eval EXTRA_$(t) = $$(filter-out %/main.o,$$(call OBJ,runtime))))
$(patsubst %,$(O)/t/runtime/linux/%,$(LX_TESTS)): $(filter-out %/main.o,$(call OBJ,runtime))
