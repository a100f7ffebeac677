# hostile: mutants of images, ELF files, stores and texts through the readers, under ASan and UBSan (tests/hostile).
# The driver is built with the sanitizers whatever VARIANT is: in its own build directory, by the target hostile-driver.
HOSTO       := $(O)/hostile
HOSTILE_SRC := $(filter-out %/guest.c,$(wildcard tests/hostile/*.c))
HOSTILE_OBJ := $(patsubst %.c,$(O)/obj/%.o,$(HOSTILE_SRC)) $(addprefix $(O)/obj/aotc/,discover.o layout.o constscan.o ldcache.o)
$(O)/hostile-driver: $(HOSTILE_OBJ) $(filter-out %/main.o,$(call OBJ,runtime)) $(LINKLIBS)

# A libFuzzer target as an object: its entry is named after it. fuzz_NAME.o from NAME_fuzz.c; targets.def lists them too.
define hostile_fuzz
$(O)/obj/tests/hostile/fuzz_$(notdir $(patsubst %_fuzz.c,%,$(1))).o: $(1) | $(GEN)
	@mkdir -p $$(@D)
	$$(Q)$$(CC) $$(CFLAGS) -DHOSTILE_DRIVER -DLLVMFuzzerTestOneInput=$$(basename $$(@F)) -MMD -MP -c -o $$@ $$<
$(O)/hostile-driver: $(O)/obj/tests/hostile/fuzz_$(notdir $(patsubst %_fuzz.c,%,$(1))).o
endef
$(foreach f,$(FUZZSRC),$(eval $(call hostile_fuzz,$(f))))

$(O)/hostile-driver:
	@echo "  LD $@"
	$(Q)$(CC) $(LDFLAGS) -pie -o $@ $(filter %.o,$^) -Wl,--start-group $(LINKLIBS) -Wl,--end-group -lelf -llmdb -lzstd -lxxhash \
	    -lsodium -lpthread -lm
.PHONY: hostile-driver
hostile-driver:
	@$(MAKE) --no-print-directory O=$(HOSTO) VARIANT=asan $(HOSTO)/hostile-driver
check check-full: hostile-driver
