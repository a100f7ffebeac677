/* IS_NAMES: guest function names, for perf, gdb and `aotc info`. */
#include "aotc/module.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>

static bool wanted(const struct gelf_sym *s) { return (s->type == STT_FUNC || s->type == STT_GNU_IFUNC) && s->name && *s->name; }

enum status names_build(const struct gelf *e, void **out, uint64_t *size)
{
    uint64_t n = 0, bytes = 0, at = 0;

    for (uint32_t i = 0; i < e->nsym; i++) {
        if (!wanted(&e->sym[i]))
            continue;
        n++;
        bytes += strlen(e->sym[i].name) + 1;
    }
    uint64_t strings = sizeof(struct image_names) + n * sizeof(struct image_name);
    uint8_t *buf = calloc(1, strings + bytes);

    if (!buf)
        return ST_NOMEM;
    struct image_names *head = (void *)buf;
    struct image_name *rec = (void *)(buf + sizeof *head);

    head->count = n;
    head->strings = strings;
    for (uint32_t i = 0; i < e->nsym; i++) {
        if (!wanted(&e->sym[i]))
            continue;
        *rec++ = (struct image_name){e->sym[i].addr, (uint32_t)at,
                                     (uint32_t)(e->sym[i].size > UINT32_MAX ? UINT32_MAX : e->sym[i].size)};
        strcpy((char *)buf + strings + at, e->sym[i].name);
        at += strlen(e->sym[i].name) + 1;
    }
    *out = buf;
    *size = strings + bytes;
    return ST_OK;
}
