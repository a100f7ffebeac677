/* libFuzzer entry: any bytes as an ld.so.cache. What is found must be strings inside them. */
#include "aotc/ldcache.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint32_t flags[] = {0x0a03, 0x1003, 0x0303, 0};
    static const char *const names[] = {"libc.so.6", "libm.so.6", "a", ""};
    struct ldcache c;
    struct diag d;

    if (ldcache_open(data, size, &c, &d) != ST_OK)
        return 0;
    for (size_t f = 0; f < 4; f++) {
        for (size_t n = 0; n < 4; n++) {
            const char *path;
            uint32_t i = 0;
            bool plain;

            while ((path = ldcache_next(&c, flags[f], names[n], &i, &plain)) != NULL)
                if ((const uint8_t *)path < data || (const uint8_t *)path + strlen(path) >= data + size || i > c.nlibs)
                    abort();
        }
    }
    return 0;
}
