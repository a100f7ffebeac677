/* The registration table of guests: the one place above passes/lift/<guest>/ that names them. */
#include "passes/lift/guest.h"

#include <string.h>

static const struct guest *const guests[] = { &guest_riscv64, &guest_aarch64 };

const struct guest *guest_by_machine(uint16_t elf_machine)
{
    for (size_t i = 0; i < ARRAY_LEN(guests); i++)
        if (guests[i]->elf_machine == elf_machine)
            return guests[i];
    return NULL;
}

const struct guest *guest_by_name(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(guests); i++)
        if (strcmp(guests[i]->name, name) == 0)
            return guests[i];
    return NULL;
}

const struct guest *guest_nth(uint32_t i)
{
    return i < ARRAY_LEN(guests) ? guests[i] : NULL;
}
