/* aotc pack, aotc unpack: between the form that runs and the form that ships. */
#include "aotc/aotc.h"
#include "formats/image.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LEVEL = 19 }; /* shipped once, inflated often: zstd's slow end costs nothing at inflation */

static int convert(const char *from, const char *to, bool packing)
{
    char tmp[PATH_MAX];
    struct diag d = {0};
    int in = open(from, O_RDONLY | O_CLOEXEC), code = EXIT_OK;

    if (in < 0)
        return aotc_fail(EXIT_IOERR, "%s: %s", from, strerror(errno));
    if (image_is_packed(in) == packing) {
        close(in);
        return aotc_fail(EXIT_DATA, "%s: %s", from, packing ? "is packed already" : "is not a packed image");
    }
    int out = (size_t)snprintf(tmp, sizeof tmp, "%s.XXXXXX", to) < sizeof tmp ? mkostemp(tmp, O_CLOEXEC) : -1;

    if (out < 0) {
        close(in);
        return aotc_fail(EXIT_IOERR, "%s: cannot create: %s", to, strerror(errno));
    }
    if ((packing ? image_pack(in, out, LEVEL, &d) : image_unpack(in, out, &d)) != ST_OK)
        code = aotc_diag(from, &d);
    else if (fchmod(out, 0444) || fsync(out) || rename(tmp, to))
        code = aotc_fail(EXIT_IOERR, "%s: %s", to, strerror(errno));
    if (code)
        unlink(tmp);
    close(out);
    close(in);
    return code;
}

int cmd_pack(int argc, char **argv)
{
    return argc == 3 ? convert(argv[1], argv[2], true) : aotc_fail(EXIT_USAGE, "usage: aotc pack IMAGE FILE");
}

int cmd_unpack(int argc, char **argv)
{
    return argc == 3 ? convert(argv[1], argv[2], false) : aotc_fail(EXIT_USAGE, "usage: aotc unpack FILE IMAGE");
}
