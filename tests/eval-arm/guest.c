/* The guest program of the eval-arm test: runs each row (gen.py puts their functions before this) on N operand sets in each FPCR
 * mode, and writes v0 and FPSR, 24 bytes each. */
int main(int argc, char **argv)
{
    unsigned n = argc > 1 ? (unsigned)atoi(argv[1]) : 1;

    for (unsigned i = 0; i < sizeof row / sizeof row[0]; i++)
        for (unsigned m = 0; m < NMODES; m++)
            for (unsigned k = 0; k < n; k++) {
                struct io io = { .fpcr = fpcr_mode[m] };

                fill_all(row[i].kind, &io.in);
                row[i].run(&io);
                if (fwrite(io.out, 1, sizeof io.out, stdout) != sizeof io.out)
                    return 1;
            }
    return 0;
}
