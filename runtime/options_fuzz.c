/* libFuzzer entry: NUL-separated words as aotrun's command line; those behind an empty word are its environment. What parses has a
 * file and a way to be passed on to children. */
#include "runtime/options.h"
#include "runtime/process.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { WORDS = 40 };

static void check(struct rt_options *o)
{
    static struct rt rt;
    const char *out[64];

    if (!o->file || o->argc < 1 || !o->argv[0] || o->argv[o->argc])
        abort();
    rt.opt = *o;
    unsigned n = rt_inherit_args(&rt.opt, o->argv[0], NULL, out, 64);
    if (n > 64)
        abort();
    for (unsigned i = 0; i < n; i++)
        if (!out[i])
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1), *argv[WORDS + 2] = { "aotrun" }, *envp[WORDS + 2] = { NULL }, err[256] = "";
    int argc = 1, nenv = 0;
    bool env = false;
    struct rt_options o;

    if (!text)
        abort();
    memcpy(text, data, size);
    text[size] = 0;
    for (char *p = text; p < text + size; p += strlen(p) + 1)
        if (!*p && !env)
            env = true;
        else if (env ? nenv < WORDS : argc < WORDS)
            *(env ? &envp[nenv++] : &argv[argc++]) = p;
    argv[argc] = envp[nenv] = NULL;
    switch (rt_options_parse(&o, argc, argv, envp, err, sizeof err)) {
    case OPT_RUN: check(&o); break;
    case OPT_BAD:
        if (!*err)
            abort();
        break;
    default: break;
    }
    rt_options_free(&o);
    free(text);
    return 0;
}
