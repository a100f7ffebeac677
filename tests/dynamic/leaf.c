/* Code that runs without relocation, so that any mapping of it will do. */
static const unsigned char order[8] = { 3, 1, 4, 1, 5, 9, 2, 6 };

unsigned leaf(unsigned x)
{
    unsigned r = x * 2654435761u;

    for (int i = 0; i < 8; i++)
        r = (r << 5 | r >> 27) + order[(r >> 7) & 7];
    return r;
}
