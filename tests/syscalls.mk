# The unit test of the system call table links the runtime without its main().
EXTRA_table_test = $(filter-out %/main.o,$(call OBJ,runtime))
$(O)/t/runtime/linux/table_test: $(filter-out %/main.o,$(call OBJ,runtime))
