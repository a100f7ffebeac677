/* libFuzzer entry: any bytes as a guest ELF file, through discovery. What it finds must lie in code that the file holds. */
#include "aotc/discover.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_units(const struct discovery *d)
{
    for (uint32_t i = 0; i < d->nunit; i++) {
        const struct disc_unit *u = &d->unit[i];

        if (u->pc < u->bounds.lo || u->pc >= u->bounds.hi || !discover_is_code(d, u->pc))
            abort();
        for (uint32_t k = 0; k < u->nentry; k++)
            if (d->entry[u->entry + k] < u->bounds.lo || d->entry[u->entry + k] >= u->bounds.hi)
                abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int fd = memfd_create("fuzz", MFD_CLOEXEC);
    struct discovery *d;
    struct gelf *e;
    struct diag diag;

    if (fd < 0 || write(fd, data, size) != (ssize_t)size)
        abort();
    if (gelf_open("fuzz", fd, &e, &diag) == ST_OK) {
        if (discover(e, guest_by_name("riscv64"), &d, &diag) == ST_OK) {
            check_units(d);
            discover_free(d);
        }
        gelf_close(e);
    }
    close(fd);
    return 0;
}
