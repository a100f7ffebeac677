# Unit tests of runtime/ link everything of it but main().
RT_TESTS := options_test vm_test load_test sigframe_test flags_test module_test seen_test lines_test vdso_test
$(foreach t,$(RT_TESTS),$(eval EXTRA_$(t) = $$(filter-out %/main.o,$$(call OBJ,runtime))))
$(patsubst %,$(O)/t/runtime/%,$(RT_TESTS)): $(filter-out %/main.o,$(call OBJ,runtime))
