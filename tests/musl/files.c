/* stdio, directories, mappings. oracle: qemu */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

static int by(const struct dirent **a, const struct dirent **b) { return -strcmp((*a)->d_name, (*b)->d_name); }

int main(int argc, char **argv)
{
    char line[256], *got = NULL;
    size_t cap = 0;
    struct stat st;
    struct dirent **list;
    glob_t g;
    FILE *f = fopen("numbers", "w+");

    for (int i = 0; i < 2000; i++)
        fprintf(f, "%d %s %.3f\n", i, i % 2 ? "odd" : "even", i / 7.0);
    fflush(f);
    fstat(fileno(f), &st);
    printf("%lld %o %ld\n", (long long)st.st_size, st.st_mode & 0777, (long)st.st_nlink);
    fseek(f, -40, SEEK_END);
    while (getline(&got, &cap, f) > 0)
        printf("tail %s", got);
    rewind(f);
    int n, lines = 0;
    double x, sum = 0;
    while (fscanf(f, "%d %*s %lf", &n, &x) == 2)
        lines++, sum += x;
    printf("%d %.3f %d %d\n", lines, sum, feof(f), ferror(f));
    ungetc('Q', f);
    printf("%c %ld\n", getc(f), ftell(f));
    fclose(f);
    const char *m = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, open("numbers", O_RDONLY), 0);
    int newlines = 0;
    for (off_t i = 0; i < st.st_size; i++)
        newlines += m[i] == '\n';
    printf("%d %d\n", newlines, (int)(strstr(m, "999 odd") - m));
    mkdir("d", 0755);
    for (int i = 0; i < 5; i++) {
        snprintf(line, sizeof line, "d/f%d", i * 37 % 11);
        f = fopen(line, "wx");
        fputs(line, f);
        fclose(f);
    }
    symlink("f0", "d/link");
    rename("d/f4", "d/moved");
    n = scandir("d", &list, NULL, by);
    for (int i = 0; i < n; i++)
        printf("%s ", list[i]->d_name);
    glob("d/*[0-9]", 0, NULL, &g);
    printf("%zu %s\n", g.gl_pathc, g.gl_pathv[0]);
    struct iovec v[] = {{"ab", 2}, {"cde", 3}, {"\n", 1}};
    fflush(stdout);
    printf("%zd\n", writev(1, v, 3));
    f = tmpfile();
    fwrite(m, 1, 30000, f);
    fseek(f, 29990, SEEK_SET);
    n = (int)fread(line, 1, 20, f);
    printf("%d %d\n", n, memcmp(line, m + 29990, (size_t)n));
    f = open_memstream(&got, &cap);
    fprintf(f, "%s %05d", "memory", 42);
    fclose(f);
    printf("%s %zu\n", got, cap);
    printf("%d %s, %d %s\n", open("nope", O_RDONLY), strerror(errno), open("d", O_WRONLY), strerror(errno));
    time_t t = 86400 * 365;
    strftime(line, sizeof line, "%c %G-%V", gmtime(&t));
    printf("%s %d %s\n", line, argc, argv[1] ? argv[1] : "-");
    return 17;
}
