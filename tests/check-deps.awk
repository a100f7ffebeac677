# The arrows of ARCHITECTURE.md: which folder's files may include which folders' headers. A test may include what it likes of its own
# program's side; guests and hosts meet only in the IR.
function layer(p)
{
    if (p ~ /^passes\/ir\//) return "ir"
    if (p ~ /^passes\/opt\//) return "opt"
    if (p ~ /^passes\/lift\/[^\/]+\//) return "guest"
    if (p ~ /^passes\/lift\//) return "lift"
    if (p ~ /^jit\/host\/[^\/]+\//) return "host"
    if (p ~ /^jit\/host\//) return "hosts"
    if (p ~ /^jit\//) return "jit"
    if (p ~ /^formats\//) return "formats"
    if (p ~ /^runtime\//) return "runtime"
    if (p ~ /^aotc\//) return "aotc"
    return "other"
}
BEGIN {
    may["ir"] = "ir"
    may["opt"] = "ir opt"
    may["lift"] = "ir lift"
    may["guest"] = "ir lift guest"
    may["hosts"] = "ir lift jit hosts"
    may["host"] = "ir lift jit hosts host"
    may["jit"] = "ir lift opt jit hosts host formats"
    may["formats"] = "ir formats"
    may["runtime"] = "ir lift opt jit formats runtime"
    may["aotc"] = "ir lift opt jit formats aotc"
}
/^[ \t]*#[ \t]*include[ \t]*"/ {
    split($0, q, "\"")
    from = layer(FILENAME); to = layer(q[2])
    if (from == "other" || to == "other" || FILENAME ~ /_(test|fuzz)\.c$/) next
    # Helper numbers are IR: their table lives beside the helpers, and naming one is no call into jit/.
    if (q[2] == "jit/helpers.def") next
    # Images hold snapshots: how those are written is a format, and a header of no code.
    if (FILENAME == "formats/image_records.c" && q[2] == "jit/snap.h") next
    # The one registration table of guests, and generated tables of a guest's own.
    if (FILENAME == "passes/lift/guest.c" || FILENAME == "passes/lift/defgen.c") next
    if (index(" " may[from] " ", " " to " ") == 0) {
        printf "%s:%d: %s may not include %s (%s)\n", FILENAME, FNR, from, to, q[2]
        bad = 1
    }
    if (from == "guest" && to == "guest") {
        split(FILENAME, a, "/"); split(q[2], b, "/")
        if (a[3] != b[3]) { printf "%s:%d: a guest may not include another guest\n", FILENAME, FNR; bad = 1 }
    }
}
END { exit bad }
