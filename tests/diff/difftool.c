/* difftool - random differential test of guest code.
 *
 * Each takes --guest NAME (riscv64).
 *   difftool gen   --seed S [--first I] [--n N] [--drop A,B] [--wild] -o FILE      one program as an ELF file
 *   difftool dis   --seed S --first I [--drop A,B] [--wild]                        a sequence's code
 *   difftool t0    --seed S [--first I] [--n N] [--drop A,B] [--wild]              runs it by T0 in process; output to stdout
 *   difftool check --seed S --n N [--batch B] [--rows-min K] [--rows-out F] [--dir D] [--keep-going]
 *                  [--brief] [--lax] [--faults [--pic]] NAME=COMMAND...
 *
 * check makes programs of B sequences, runs each by T0 in process and by every COMMAND (a shell command; {} is the program's
 * file), and compares the states byte for byte: every engine against the first COMMAND. A difference is cut down to the items
 * that it needs, and shown (with --brief: only told). Each fourth program is wild (see diff.h): the commands then see
 * DIFF_WILD=1 in their environment, and always the number of the program in DIFF_BATCH. With --faults the programs are those
 * of gen_fault.c (--fault-kind K makes one again; --pic: position-independent ones, for engines that load them at one place),
 * and T0 in process, which knows no signals, is left out. Exit status: 0 all equal, 1 a difference, 2 trouble. */
#include "tests/diff/diff.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MAX_ENGINES = 8 };

struct engine { const char *name, *command; };

struct options {
    struct gen_spec spec;
    uint32_t batch;
    uint64_t rows_min;
    const char *out, *dir, *rows_out;
    bool keep_going, brief;
    struct engine engine[MAX_ENGINES]; unsigned nengine;
};

/* ---- running ---- */

struct output { uint8_t *b; size_t n; int status; };

static void slurp(const char *path, struct output *o)
{
    FILE *f = fopen(path, "rb");
    struct stat st;

    o->b = NULL;
    o->n = 0;
    if (!f)
        return;
    if (fstat(fileno(f), &st) == 0 && (o->b = malloc((size_t)st.st_size + 1)))
        o->n = fread(o->b, 1, (size_t)st.st_size, f);
    fclose(f);
}

static int wait_status(pid_t pid)
{
    int st;

    while (waitpid(pid, &st, 0) < 0)
        if (errno != EINTR)
            return -1;
    return WIFSIGNALED(st) ? 128 + WTERMSIG(st) : WEXITSTATUS(st);
}

/* T0 in a child, because a bug may kill it. */
static void run_t0(const struct program *p, const char *path, uint64_t *rows, struct output *o)
{
    pid_t pid;

    fflush(NULL);
    pid = fork();
    if (pid == 0) {
        FILE *f = fopen(path, "wb");

        alarm(300);
        _exit(f ? exec_t0(p, f, rows) & 255 : 255);
    }
    o->status = pid < 0 ? -1 : wait_status(pid);
    slurp(path, o);
}

static void run_command(const struct engine *e, const char *elf, const char *path, bool wild, struct output *o)
{
    const char *wait = getenv("DIFF_TIMEOUT");      /* seconds; a program takes one */
    char cmd[4096];
    size_t n = (size_t)snprintf(cmd, sizeof cmd, "exec timeout %.4s ", wait ? wait : "120");
    int st;

    for (const char *s = e->command; *s && n + strlen(elf) + 1 < sizeof cmd; s++) {
        if (s[0] == '{' && s[1] == '}') {
            n += (size_t)snprintf(cmd + n, sizeof cmd - n, "%s", elf);
            s++;
        } else {
            cmd[n++] = *s;
        }
    }
    n += (size_t)snprintf(cmd + n, sizeof cmd - n, " > %s", path);
    if (n >= sizeof cmd) {
        o->status = -1;
        return;
    }
    setenv("DIFF_WILD", wild ? "1" : "0", 1);
    st = system(cmd);
    o->status = WIFSIGNALED(st) ? 128 + WTERMSIG(st) : WEXITSTATUS(st);
    slurp(path, o);
}

/* ---- comparing ---- */

/* What qemu-user tells in another way than Linux does: the reference's dumps are put right. */
static void correct(const struct program *p, struct output *o)
{
    const struct gen_faults *f = &p->guest->faults;

    if (p->stride != f->words * 8 || o->n % p->stride)
        return;
    for (size_t at = 0; at < o->n; at += p->stride)
        for (unsigned k = 0; k < FAULT_DUMPS; k++)
            f->correct(p, (uint64_t *)(void *)(o->b + at) + f->dump + k * f->dump_words);
}

static uint32_t count_faulted(const struct program *p, const struct output *o)
{
    uint32_t n = 0;

    for (size_t at = 0; p->stride == p->guest->faults.words * 8 && at + p->stride <= o->n; at += p->stride)
        n += ((const uint64_t *)(const void *)(o->b + at))[p->guest->faults.count] != 0;
    return n;
}

/* First sequence whose states differ; the number of sequences when all are equal; that too when only the exit status differs. */
static uint32_t first_difference(const struct output *a, const struct output *b, uint32_t n, uint32_t stride)
{
    for (uint32_t i = 0; i < n; i++) {
        size_t at = (size_t)i * stride;

        if (at + stride > a->n || at + stride > b->n || memcmp(a->b + at, b->b + at, stride) != 0)
            return i;
    }
    return n;
}

static bool same(const struct output *a, const struct output *b, uint32_t n, uint32_t stride)
{
    return a->status == 0 && b->status == 0 && a->n == (size_t)n * stride && a->n == b->n && first_difference(a, b, n, stride) == n;
}

/* Of the dumps: the heads, and what differs between two that both sides have. */
static bool shown(const struct gen_faults *f, const struct output *a, const struct output *b, unsigned i, uint64_t x, uint64_t y)
{
    unsigned k = (i - f->dump) % f->dump_words;
    uint64_t m = 0, n = 0;

    memcpy(&m, a->b + (i - k) * 8, a->n >= (i - k + 1) * 8 ? 8 : 0);
    memcpy(&n, b->b + (i - k) * 8, b->n >= (i - k + 1) * 8 ? 8 : 0);
    return k < f->dump_head ? m || n : m && n && x != y;
}

static void show_states(const struct program *p, const struct output *a, const struct output *b, const char *na, const char *nb)
{
    printf("  exit status: %s %d, %s %d; bytes written %zu, %zu\n", na, a->status, nb, b->status, a->n, b->n);
    printf("  register  %-18s %-18s %s\n", "before", na, nb);
    for (unsigned i = 0; i < p->stride / 8; i++) {
        uint64_t x = 0, y = 0, w;
        char name[16];

        memcpy(&w, p->data + i * 8, 8);
        if (a->n >= p->stride)
            memcpy(&x, a->b + i * 8, 8);
        if (b->n >= p->stride)
            memcpy(&y, b->b + i * 8, 8);
        p->guest->word_name(i, name, sizeof name);
        if (p->stride != p->guest->faults.words * 8 || i < p->guest->faults.dump || shown(&p->guest->faults, a, b, i, x, y))
            printf("%c %-9s %016" PRIx64 "   %016" PRIx64 "   %016" PRIx64 "\n", x == y ? ' ' : '*', name, w, x, y);
    }
}

static void disassemble(const struct program *p)
{
    const struct guest *g = guest_by_name(p->guest->name);
    const struct seqpos *q = &p->seq[0];
    char text[128];
    struct ginsn in;

    for (uint32_t off = q->body; off < q->off + q->len; off += in.len) {
        if (off == q->end)
            printf("  -- end of the sequence, callees follow --\n");
        g->decode(p->text + off, p->ntext - off, p->text_base + off, &in);
        g->format(&in, text, sizeof text);
        printf("  %8" PRIx64 "  %0*x  %s\n", p->text_base + off, in.len * 2, in.len == 2 ? in.raw & 0xffff : in.raw, text);
    }
}

struct ctx { struct options *o; uint32_t faulted; char elf[512], out0[512], out1[512]; };

/* Do the first engine and `other` (-1: T0 in process) still differ on these sequences? */
static bool differs(struct ctx *c, const struct gen_spec *s, int other, bool show)
{
    struct program p;
    struct output a = { 0 }, b = { 0 };
    bool d = false;

    gen_program(s, &p);
    if (elf_write(&p, s->first, c->elf)) {
        run_command(&c->o->engine[0], c->elf, c->out0, s->wild, &a);
        correct(&p, &a);
        if (other < 0)
            run_t0(&p, c->out1, NULL, &b);
        else
            run_command(&c->o->engine[other], c->elf, c->out1, s->wild, &b);
        d = !same(&a, &b, s->n, p.stride);
        if (show) {
            disassemble(&p);
            show_states(&p, &a, &b, c->o->engine[0].name, other < 0 ? "t0" : c->o->engine[other].name);
        }
    }
    free(a.b);
    free(b.b);
    gen_free(&p);
    return d;
}

/* Drops items as long as the difference stays. */
static void minimise(struct ctx *c, struct gen_spec *s, int other)
{
    struct program p;
    uint32_t n[2];

    gen_program(s, &p);
    n[0] = p.seq[0].nitems;
    n[1] = p.seq[0].ncallee_items < 64 ? p.seq[0].ncallee_items : 64;
    gen_free(&p);
    for (unsigned half = 32; half; half /= 2)           /* runs of items first, single ones last */
        for (unsigned k = 0; k < 2; k++)
            for (uint32_t i = 0; i < n[k]; i += half) {
                uint64_t old = s->drop[k];

                s->drop[k] |= ((half == 64 ? 0 : UINT64_C(1) << half) - 1) << i;
                if (s->drop[k] != old && !differs(c, s, other, false))
                    s->drop[k] = old;
            }
}

/* When a program dies it writes nothing: narrows down to few sequences, at best one, with which the engines still differ. */
static void narrow(struct ctx *c, struct gen_spec *s, int other)
{
    while (s->n > 1) {
        struct gen_spec half = *s;

        half.n = s->n / 2;
        if (!differs(c, &half, other, false)) {
            half.first += half.n;
            half.n = s->n - half.n;
            if (!differs(c, &half, other, false))
                return;
        }
        *s = half;
    }
}

/* The options that make such a program again. */
static const char *kind_of(const struct gen_spec *s)
{
    static char text[32];

    if (s->faults)
        snprintf(text, sizeof text, " --fault-kind %u", s->faults);
    else
        snprintf(text, sizeof text, "%s", s->wild ? " --wild" : "");
    return text;
}

static void report(struct ctx *c, struct gen_spec s, int other)
{
    const char *name = other < 0 ? "t0" : c->o->engine[other].name;

    if (c->o->brief) {
        printf("DIFFERENCE between %s and %s: seed %" PRIu64 ", sequence %u%s\n", c->o->engine[0].name, name, s.seed, s.first,
               s.n > 1 ? " or one after it" : "");
        return;
    }
    if (s.n > 1)
        narrow(c, &s, other);
    if (s.n > 1) {
        printf("DIFFERENCE between %s and %s that needs several sequences; again with: difftool gen --seed %" PRIu64 " --first %u --n %u%s -o FILE\n",
               c->o->engine[0].name, name, s.seed, s.first, s.n, kind_of(&s));
        return;
    }
    printf("DIFFERENCE between %s and %s: seed %" PRIu64 " sequence %u%s\n", c->o->engine[0].name, name, s.seed, s.first, kind_of(&s));
    if (!differs(c, &s, other, false)) {
        printf("  alone, the sequence runs the same in both: the difference needs its neighbours\n");
        return;
    }
    minimise(c, &s, other);
    printf("  minimised; again with: difftool gen --seed %" PRIu64 " --first %u --n 1 --drop %#" PRIx64 ",%#" PRIx64 "%s -o FILE\n", s.seed, s.first,
           s.drop[0], s.drop[1], kind_of(&s));
    differs(c, &s, other, true);
    fflush(stdout);
}

/* ---- commands ---- */

static bool check_batch(struct ctx *c, const struct gen_spec *s, uint64_t *rows)
{
    struct output ref = { 0 }, out = { 0 };
    struct program p;
    bool ok = true;

    gen_program(s, &p);
    if (!elf_write(&p, s->first, c->elf))
        exit(2);
    run_command(&c->o->engine[0], c->elf, c->out0, s->wild, &ref);
    correct(&p, &ref);
    c->faulted += count_faulted(&p, &ref);
    for (int k = s->faults ? 1 : -1; k < (int)c->o->nengine; k++) {        /* T0 in process has no signals */
        if (k == 0)
            continue;
        if (k < 0)
            run_t0(&p, c->out1, rows, &out);
        else
            run_command(&c->o->engine[k], c->elf, c->out1, s->wild, &out);
        if (!same(&ref, &out, s->n, p.stride)) {
            uint32_t i = first_difference(&ref, &out, s->n, p.stride);

            struct gen_spec one = *s;

            ok = false;
            if (i < s->n && !ref.status && !out.status) {
                one.first += i;
                one.n = 1;
            }
            report(c, one, k);
            elf_write(&p, s->first, c->elf);
            free(out.b);
            run_command(&c->o->engine[0], c->elf, c->out0, s->wild, &out);
        }
        free(out.b);
        out = (struct output){ 0 };
    }
    free(ref.b);
    gen_free(&p);
    return ok;
}

/* Every row that can be executed was, often enough? */
static bool check_rows(const struct options *o, const uint64_t *rows)
{
    const struct guest *g = guest_by_name(o->spec.guest->name);
    FILE *f = o->rows_out ? fopen(o->rows_out, "w") : NULL;
    uint32_t few = 0, counted = 0;

    for (uint32_t i = 1; i < g->nrow; i++) {
        const char *why = o->spec.guest->excluded(g->row_name(i));

        if (f)
            fprintf(f, "%-12s %-10s %" PRIu64 "%s%s\n", g->row_name(i), g->row_ext(i), rows[i], why ? "  excluded: " : "", why ? why : "");
        if (why)
            continue;
        counted++;
        if (rows[i] < o->rows_min) {
            printf("row %s was executed %" PRIu64 " times, expected %" PRIu64 "\n", g->row_name(i), rows[i], o->rows_min);
            few++;
        }
    }
    if (f)
        fclose(f);
    printf("%u of %u rows executed at least %" PRIu64 " times\n", counted - few, counted, o->rows_min);
    return few == 0;
}

static int cmd_check(struct options *o)
{
    const struct guest *g = guest_by_name(o->spec.guest->name);
    uint64_t *rows = mmap(NULL, g->nrow * sizeof *rows, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    struct ctx *c = calloc(1, sizeof *c);
    uint32_t done = 0, bad = 0;
    char number[16];
    bool ok;

    if (rows == MAP_FAILED || !c || o->nengine == 0) {
        fprintf(stderr, "difftool: check needs at least one NAME=COMMAND\n");
        return 2;
    }
    c->o = o;
    snprintf(c->elf, sizeof c->elf, "%s/diff.elf", o->dir);
    snprintf(c->out0, sizeof c->out0, "%s/diff.ref", o->dir);
    snprintf(c->out1, sizeof c->out1, "%s/diff.out", o->dir);
    printf("seed %" PRIu64 ", %u sequences\n", o->spec.seed, o->spec.n);
    fflush(stdout);
    for (unsigned b = 0; done < o->spec.n && (bad == 0 || o->keep_going); b++) {
        struct gen_spec s = o->spec;

        s.first = o->spec.first + done;
        s.n = o->spec.n - done < o->batch ? o->spec.n - done : o->batch;
        s.wild = b % 4 == 3 && !s.faults;
        if (s.faults)
            s.faults = (s.faults & FAULTS_PIC) | FAULTS_ON | (b & 1 ? FAULTS_NODEFER : 0) | (b & 2 ? FAULTS_HIGH : 0) | (b % 3 == 2 ? FAULTS_OWN_STACK : 0) |
                       (b & 4 ? FAULTS_PRIVATE : 0);
        snprintf(number, sizeof number, "%u", b);
        setenv("DIFF_BATCH", number, 1);
        bad += !check_batch(c, &s, rows);
        done += s.n;
    }
    ok = o->spec.faults || check_rows(o, rows);
    if (o->spec.faults)
        printf("%u of %u sequences faulted\n", c->faulted, done);
    printf("%u sequences, %u programs with differences\n", done, bad);
    free(c);
    return bad || !ok;
}

static int cmd_one(struct options *o, const char *cmd)
{
    struct program p;
    int st = 0;

    gen_program(&o->spec, &p);
    if (strcmp(cmd, "dis") == 0)
        disassemble(&p);
    else if (strcmp(cmd, "t0") == 0)
        st = exec_t0(&p, stdout, NULL);
    else
        st = elf_write(&p, o->spec.first, o->out) ? 0 : 2;
    gen_free(&p);
    return st;
}

static int usage(void)
{
    fprintf(stderr, "usage: difftool gen|dis|t0|check [--guest NAME] --seed S [--first I] [--n N] [--drop A,B] [--wild] [-o FILE]\n"
                    "       [--batch B] [--rows-min K] [--rows-out FILE] [--dir DIR] [--keep-going] [--brief] [NAME=COMMAND...]\n");
    return 2;
}

static bool parse(struct options *o, int argc, char **argv)
{
    for (int i = 2; i < argc; i++) {
        const char *a = argv[i], *v = i + 1 < argc ? argv[i + 1] : "";
        char *end;

        if (strcmp(a, "--lax") == 0) {
            o->spec.lax = true;
            continue;
        }
        if (strcmp(a, "--wild") == 0) {
            o->spec.wild = true;
            continue;
        }
        if (strcmp(a, "--faults") == 0) {
            o->spec.faults |= FAULTS_ON;
            continue;
        }
        if (strcmp(a, "--pic") == 0) {
            o->spec.faults |= FAULTS_PIC;
            continue;
        }
        if (strcmp(a, "--keep-going") == 0) {
            o->keep_going = true;
            continue;
        }
        if (strcmp(a, "--brief") == 0) {
            o->brief = true;
            continue;
        }
        if (a[0] != '-' && strchr(a, '=') && o->nengine < MAX_ENGINES) {
            *strchr(argv[i], '=') = 0;
            o->engine[o->nengine++] = (struct engine){ a, a + strlen(a) + 1 };
            continue;
        }
        i++;
        if (strcmp(a, "--guest") == 0)
            o->spec.guest = strcmp(v, "aarch64") == 0 ? &gen_aarch64 : strcmp(v, "riscv64") == 0 ? &gen_riscv64 : NULL;
        else if (strcmp(a, "--seed") == 0)
            o->spec.seed = strcmp(v, "time") == 0 ? (uint64_t)time(NULL) * 1000003 + (uint64_t)getpid() : strtoull(v, NULL, 0);
        else if (strcmp(a, "--fault-kind") == 0)
            o->spec.faults = (uint32_t)strtoul(v, NULL, 0);
        else if (strcmp(a, "--first") == 0)
            o->spec.first = (uint32_t)strtoul(v, NULL, 0);
        else if (strcmp(a, "--n") == 0)
            o->spec.n = (uint32_t)strtoul(v, NULL, 0);
        else if (strcmp(a, "--batch") == 0)
            o->batch = (uint32_t)strtoul(v, NULL, 0);
        else if (strcmp(a, "--rows-min") == 0)
            o->rows_min = strtoull(v, NULL, 0);
        else if (strcmp(a, "--rows-out") == 0)
            o->rows_out = v;
        else if (strcmp(a, "--dir") == 0)
            o->dir = v;
        else if (strcmp(a, "-o") == 0)
            o->out = v;
        else if (strcmp(a, "--drop") == 0) {
            o->spec.drop[0] = strtoull(v, &end, 0);
            o->spec.drop[1] = *end == ',' ? strtoull(end + 1, NULL, 0) : 0;
        } else
            return false;
    }
    return o->spec.guest && o->spec.n > 0 && o->spec.n <= 1000000 && o->batch > 0 && o->batch <= 20000;
}

int main(int argc, char **argv)
{
    struct options o = { .spec = { .guest = &gen_riscv64, .n = 1 }, .batch = 500, .dir = ".", .out = "diff.elf" };

    if (argc < 2 || !parse(&o, argc, argv))
        return usage();
    if (strcmp(argv[1], "check") == 0)
        return cmd_check(&o);
    if (strcmp(argv[1], "gen") == 0 || strcmp(argv[1], "dis") == 0 || strcmp(argv[1], "t0") == 0)
        return cmd_one(&o, argv[1]);
    return usage();
}
