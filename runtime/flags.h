/* Whose functions hand each other condition flags? Code is compiled as if none did (unit.strict is not set); the first executable
 * memory that does makes the process strict (code_cache.strict). What an image covers, aotc looked at. */
#ifndef AOTC_RUNTIME_FLAGS_H
#define AOTC_RUNTIME_FLAGS_H

#include "runtime/rt.h"

/* May there be code that does not keep flags? */
bool rt_flags_matter(const struct rt *rt);
/* Before the guest runs at pc while such code exists: looks at the memory around it, once, unless that is put off. True: functions pass flags, rt_flags_passed() must
 * follow. With vm_lock and code_lock held. */
bool rt_flags_look(struct rt *rt, uint64_t pc);
/* Before there is any such code: looks at all executable memory, since functions of it may be running. The same answer and locks. */
bool rt_flags_all(struct rt *rt);
/* Whether a module's functions pass flags takes some ms a megabyte to find out. A large one without an image is not looked at before much of it
 * has been compiled; code made from it keeps all flags until then. */
bool rt_flags_put_off(const struct rt *rt, const struct rt_module *m);
/* One region more, at pc, was made from a module that was put off: looks when it is time. The answer as above; without locks. */
bool rt_flags_count(struct rt_thread *t, uint64_t pc);
/* It is known already that [lo, hi) passes none; or what is there is something new. */
void rt_flags_known(struct rt *rt, uint64_t lo, uint64_t hi);
void rt_flags_forget(struct rt *rt, uint64_t lo, uint64_t hi);
/* In a stopped world. Some module passes flags: code that does not keep them goes, and none comes any more. Nothing makes the process lax again. */
void rt_flags_passed(struct rt *rt);

#endif
