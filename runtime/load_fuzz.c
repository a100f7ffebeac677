/* libFuzzer entry: any bytes as a program file, through the loader's header parsing. What it accepts has a span that holds every
 * segment, below the end of the guest's address space. */
#include "runtime/load.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int fd = memfd_create("fuzz", MFD_CLOEXEC);
    struct load_elf *e = malloc(sizeof *e);
    struct diag d = { 0 };
    uint16_t machine;

    if (fd < 0 || !e || write(fd, data, size) != (ssize_t)size)
        abort();
    load_classify(data, size, &machine);
    if (load_read_header(fd, size, e, &d) == ST_OK) {
        if (e->lo >= e->hi || e->hi > RT_GUEST_HI || (e->lo | e->hi) % RT_PAGE)
            abort();
        for (unsigned i = 0; i < e->nph; i++) {
            const Elf64_Phdr *p = &e->ph[i];

            if (p->p_type == PT_LOAD && p->p_memsz && (p->p_vaddr < e->lo || p->p_memsz > e->hi - p->p_vaddr))
                abort();
        }
    } else if (!*d.msg) {
        abort();
    }
    free(e);
    close(fd);
    return 0;
}
