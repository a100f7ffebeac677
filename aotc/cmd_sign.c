/* aotc keygen, aotc sign: who made an image. */
#include "aotc/aotc.h"
#include "formats/sign.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

int cmd_keygen(int argc, char **argv)
{
    char pub[PATH_MAX];
    struct diag d = {0};

    if (argc != 2 || (size_t)snprintf(pub, sizeof pub, "%s.pub", argv[1]) >= sizeof pub)
        return aotc_fail(EXIT_USAGE, "usage: aotc keygen FILE");
    if (sign_keygen(argv[1], pub, &d) != ST_OK)
        return aotc_diag(argv[1], &d);
    printf("secret key in %s, public key in %s\n", argv[1], pub);
    return EXIT_OK;
}

/* Signs in between unpacking and packing when the image is packed. */
static enum status sign_any(int in, int out, const uint8_t *key, struct diag *d)
{
    int flat = memfd_create("flat", MFD_CLOEXEC), done = memfd_create("signed", MFD_CLOEXEC);
    bool packed = image_is_packed(in);
    enum status st;

    if (flat < 0 || done < 0)
        st = fail(d, ST_IO, 0, "memfd_create: %s", strerror(errno));
    else if (!packed)
        st = sign_file(in, out, key, d);
    else if ((st = image_unpack(in, flat, d)) == ST_OK && (st = sign_file(flat, done, key, d)) == ST_OK)
        st = image_pack(done, out, 19, d);
    if (flat >= 0)
        close(flat);
    if (done >= 0)
        close(done);
    return st;
}

static int sign_one(const char *path, const uint8_t *key)
{
    char tmp[PATH_MAX];
    struct diag d = {0};
    int in = open(path, O_RDONLY | O_CLOEXEC), out = -1, code = EXIT_OK;

    if (in < 0)
        return aotc_fail(EXIT_IOERR, "%s: %s", path, strerror(errno));
    if ((size_t)snprintf(tmp, sizeof tmp, "%s.XXXXXX", path) < sizeof tmp)
        out = mkostemp(tmp, O_CLOEXEC);
    if (out < 0)
        code = aotc_fail(EXIT_IOERR, "%s: cannot write beside it: %s", path, strerror(errno));
    else if (sign_any(in, out, key, &d) != ST_OK)
        code = aotc_diag(path, &d);
    else if (fchmod(out, 0444) || fsync(out) || rename(tmp, path))
        code = aotc_fail(EXIT_IOERR, "%s: %s", path, strerror(errno));
    if (code && out >= 0)
        unlink(tmp);
    if (out >= 0)
        close(out);
    close(in);
    return code;
}

int cmd_sign(int argc, char **argv)
{
    static const struct option opts[] = {{"key", required_argument, NULL, 'k'}, {NULL, 0, NULL, 0}};
    uint8_t key[SIGN_SECRET];
    const char *path = NULL;
    struct diag d = {0};
    int c, worst = EXIT_OK;

    while ((c = getopt_long(argc, argv, "", opts, NULL)) != -1) {
        if (c != 'k')
            return EXIT_USAGE;
        path = optarg;
    }
    if (!path || optind == argc)
        return aotc_fail(EXIT_USAGE, "usage: aotc sign --key=FILE IMAGE...");
    if (sign_read_secret(path, key, &d) != ST_OK)
        return aotc_diag(path, &d);
    for (int i = optind; i < argc; i++) {
        int code = sign_one(argv[i], key);

        worst = code > worst ? code : worst;
    }
    explicit_bzero(key, sizeof key);
    return worst;
}
