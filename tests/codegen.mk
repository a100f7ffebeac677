# Rewrites the golden host code of single instructions (tests/codegen); refuses when the table has changes that are not committed.
.PHONY: bless-codegen
bless-codegen: $(O)/t/tests/codegen_test
	@git diff --quiet -- tests/codegen || { echo 'bless-codegen: tests/codegen has uncommitted changes'; exit 1; }
	$(Q)$< --bless > $(O)/codegen.new && mv $(O)/codegen.new tests/codegen/rv64-x86_64.t
