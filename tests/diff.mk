# difftool: random differential test of guest code (tests/diff). Part of `make check`: tests/diff/run.sh.
DIFFOBJ := $(patsubst %.c,$(O)/obj/%.o,$(wildcard tests/diff/*.c))
$(O)/difftool: $(DIFFOBJ) $(LINKLIBS)
	@echo "  LD $@"
	$(Q)$(CC) $(LDFLAGS) $(PIE) -o $@ $(DIFFOBJ) $(LINKLIBS) -lpthread -lm
all: $(O)/difftool
