/* libFuzzer entry: any bytes as a store's index, through the readers and the writers' check. */
#include "formats/index.h"
#include "formats/store_priv.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static volatile uint64_t sink;          /* keeps the reads alive */

static bool visit(void *ctx, const uint8_t *key, size_t nkey, const uint8_t *val, size_t nval)
{
    struct store_rec rec;

    for (size_t i = 0; i < nkey; i++)
        sink += key[i];
    for (size_t i = 0; i < nval; i++)
        sink += val[i];
    if (store_rec_decode(key, nkey, val, nval, &rec) && rec.file[0] == '.')
        abort();
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int fd = memfd_create("fuzz", MFD_CLOEXEC);
    struct diag d;

    if (fd < 0 || write(fd, data, size) != (ssize_t)size)
        abort();
    index_scan(fd, "fuzz", NULL, 0, visit, NULL, NULL, &d);
    index_scan(fd, "fuzz", (const uint8_t *)"i\1\1", 3, visit, NULL, NULL, &d);
    if (index_check_meta(fd, "fuzz", &d) == ST_OK)
        index_check(fd, "fuzz", &d);
    close(fd);
    return 0;
}
