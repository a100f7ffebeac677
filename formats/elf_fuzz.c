/* libFuzzer entry: any bytes as a guest ELF file. */
#include "formats/elf.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static volatile uint64_t sink;          /* keeps the reads alive */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int fd = memfd_create("fuzz", MFD_CLOEXEC);
    struct gelf_range *range = NULL;
    struct gelf *e;
    struct diag d;

    if (fd < 0 || write(fd, data, size) != (ssize_t)size)
        abort();
    if (gelf_open("fuzz", fd, &e, &d) == ST_OK) {
        for (uint32_t i = 0; i < e->nsym; i++) {
            size_t n = 16;
            const uint8_t *p = gelf_at(e, e->sym[i].addr, &n);

            sink += strlen(e->sym[i].name) + (p && n ? p[n - 1] : 0);
        }
        for (uint32_t i = 1; i < e->nfde; i++)
            if (e->fde[i].lo <= e->fde[i - 1].lo)
                abort();
        sink += gelf_exec_ranges(e, &range);
        free(range);
        gelf_close(e);
    }
    close(fd);
    return 0;
}
