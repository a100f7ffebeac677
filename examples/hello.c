#include <stdio.h>

int main(int argc, char **argv)
{
    printf("Hello from %s, %d argument%s\n", sizeof(void *) == 8 ? "64 bits" : "elsewhere", argc - 1, argc == 2 ? "" : "s");
    return 7;
}
