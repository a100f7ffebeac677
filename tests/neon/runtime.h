/* What gen.py's programs are made of: the table's type. */
struct test {
    const char *name;           /* intrinsic and immediates */
    void (*fn)(const unsigned char *in, unsigned char *out);
    char kind;                  /* 'i', 'f', 'b': integers, floating point, bfloat16 */
    unsigned bits;              /* of a lane */
};
extern const struct test tests[];
