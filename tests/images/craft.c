/* craft edit FILE FIELD=VALUE...        changes the header of a flat image in place and makes its header hash right again
 * craft publish STORE FILE              puts a flat image into a store under the key that its header names
 * Fields: features (bits to add), level, machine, isa, flags (bits to flip), version, module, abi, compiler, options, code (a byte of
 * the field to flip), magic. For tests/images and tests/degrade: images that are sound in form, and wrong. */
#include "formats/hash.h"
#include "formats/image.h"
#include "formats/store.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool change(struct image_header *h, int fd, const char *field, unsigned long long v)
{
    uint8_t byte;
    off_t code = (off_t)(h->section[IS_CODE].off + h->section[IS_CODE].size / 2);

    if (!strcmp(field, "features"))
        h->features |= v;
    else if (!strcmp(field, "level"))
        h->host_level = (uint16_t)v;
    else if (!strcmp(field, "machine"))
        h->guest_machine = (uint16_t)v;
    else if (!strcmp(field, "isa"))
        h->host_isa = (uint16_t)v;
    else if (!strcmp(field, "flags"))
        h->flags ^= (uint32_t)v;
    else if (!strcmp(field, "version"))
        h->version = (uint32_t)v;
    else if (!strcmp(field, "magic"))
        h->magic[v & 7] ^= 1;
    else if (!strcmp(field, "module"))
        h->module_hash[v & 15] ^= 1;
    else if (!strcmp(field, "abi"))
        h->abi_hash[v & 15] ^= 1;
    else if (!strcmp(field, "compiler"))
        h->compiler[v & 15] ^= 1;
    else if (!strcmp(field, "options"))
        h->options_hash[v & 15] ^= 1;
    else if (!strcmp(field, "code"))
        return pread(fd, &byte, 1, code) == 1 && (byte ^= 1, pwrite(fd, &byte, 1, code) == 1);
    else
        return false;
    return true;
}

static int edit(const char *path, int n, char **arg)
{
    struct image_header h;
    int fd = open(path, O_RDWR | O_CLOEXEC);

    if (fd < 0 || pread(fd, &h, sizeof h, 0) != sizeof h)
        return 1;
    for (int i = 0; i < n; i++) {
        char *eq = strchr(arg[i], '=');
        if (!eq)
            return 2;
        *eq = 0;
        if (!change(&h, fd, arg[i], strtoull(eq + 1, NULL, 0)))
            return 2;
    }
    hash128(&h, offsetof(struct image_header, header_hash), h.header_hash);
    return pwrite(fd, &h, sizeof h, 0) != sizeof h || close(fd);
}

static int publish(const char *dir, const char *path)
{
    struct store_rec rec = { .state = STORE_FLAT, .name = "crafted" };
    struct diag d = { 0 };
    struct image_header h;
    char tmp[4096], buf[65536];
    int in = open(path, O_RDONLY | O_CLOEXEC), fd = -1;
    ssize_t n;

    if (in < 0 || pread(in, &h, sizeof h, 0) != sizeof h || store_temp(dir, &fd, tmp, sizeof tmp, &d) != ST_OK)
        return 1;
    while ((n = read(in, buf, sizeof buf)) > 0)
        if (write(fd, buf, (size_t)n) != n)
            return 1;
    memcpy(rec.key.module_hash, h.module_hash, 16);
    memcpy(rec.key.compiler, h.compiler, 16);
    memcpy(rec.key.options_hash, h.options_hash, 16);
    rec.key.guest_machine = h.guest_machine;
    rec.key.host_isa = h.host_isa;
    rec.key.host_level = h.host_level;
    if (store_publish(dir, tmp, fd, &rec, &d) == ST_OK)
        return 0;
    fprintf(stderr, "craft: %s\n", d.msg);
    return 1;
}

int main(int argc, char **argv)
{
    if (argc >= 4 && !strcmp(argv[1], "edit"))
        return edit(argv[2], argc - 3, argv + 3);
    if (argc == 4 && !strcmp(argv[1], "publish"))
        return publish(argv[2], argv[3]);
    return 2;
}
