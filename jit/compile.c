/* cc_compile: lift, optimise, select, allocate, emit. */
#include "jit/compile.h"

#include "jit/host/host.h"
#include "jit/vcpu.h"
#include "passes/opt/opt.h"

#include <string.h>

struct job { const struct unit *u; const struct cc_options *opt; struct code *out; };

static bool wants(const struct cc_options *o, const char *stage)
{
    return o->dump && o->dump_after && (!strcmp(o->dump_after, stage) || !strcmp(o->dump_after, "all"));
}

static void run(struct cc *cc, void *arg)
{
    struct job *j = arg;
    const struct cc_options *o = j->opt;
    struct code *out = j->out;
    const struct host *h = host_of(o->isa);
    struct ir_func *f = lift_region(cc, j->u, &out->info);

    if (wants(o, "lift"))
        ir_print(o->dump, f);
    if (o->stop_after && !strcmp(o->stop_after, "lift"))
        return;
    if (!h)
        cc_bail(cc, ST_UNSUPPORTED, j->u->pc, "no backend for this host ISA yet");
    host_pins_func(h, f);
#ifdef AOTC_DEBUG
    const bool verify = true;
#else
    const bool verify = o->verify;
#endif
    struct opt_options oo = { .pipeline = o->pipeline ? o->pipeline : "t3", .stop_after = o->stop_after, .dump = o->dump,
                              .dump_after = o->dump_after, .verify = verify };
    opt_run(cc, f, &oo);
    if (o->stop_after && opt_pass_find(o->stop_after) >= 0)
        return;
    h->compile(cc, f, j->u, o, out);
}

enum status cc_compile(struct cc *cc, const struct unit *u, const struct cc_options *opt, struct code *out)
{
    struct job j = { u, opt, out };

    memset(out, 0, sizeof *out);
    return cc_try(cc, run, &j);
}
