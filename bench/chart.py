"""bench/run's chart."""
import math


def svg_chart(ratio, kernels, shown, path):
    """Bars of time relative to native, on a logarithmic axis. ratio: by kernel, then by each column that is shown."""
    color = {"qemu": "#b0b7c3", "aotrun": "#1f6feb"}
    top = max(max(r.values()) for r in ratio.values())
    low, high, row, left, width = 0.5, max(8.0, 2 ** math.ceil(math.log2(top))), 11 * len(shown) + 8, 130, 640
    height = row * len(kernels) + 60

    def x(v):
        return left + width * math.log(max(v, low) / low) / math.log(high / low)

    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + width + 70}" height="{height}" font-family="sans-serif" '
           'font-size="11">',
           '<rect width="100%" height="100%" fill="white"/>',
           f'<text x="{left}" y="16">time relative to native gcc -O2 (logarithmic; shorter is better)</text>']
    for i, c in enumerate(shown):
        out.append(f'<rect x="{left + 400 + i * 90}" y="7" width="10" height="10" fill="{color[c]}"/>'
                   f'<text x="{left + 414 + i * 90}" y="16">{c}</text>')
    v = low
    while v <= high:
        out.append(f'<line x1="{x(v):.1f}" x2="{x(v):.1f}" y1="26" y2="{height - 24}" stroke="{"#444" if v == 1 else "#ddd"}"/>'
                   f'<text x="{x(v):.1f}" y="{height - 8}" text-anchor="middle">{v:g}x</text>')
        v *= 2
    for n, k in enumerate(kernels):
        y = 30 + n * row
        out.append(f'<text x="{left - 6}" y="{y + row / 2 + 2:.0f}" text-anchor="end">{k}</text>')
        for i, c in enumerate(shown):
            r = ratio[k][c]
            a, b = sorted((x(1.0), x(r)))
            out.append(f'<rect x="{a:.1f}" y="{y + 11 * i}" width="{max(b - a, 1):.1f}" height="10" fill="{color[c]}"/>'
                       f'<text x="{max(x(r), x(1.0)) + 4:.1f}" y="{y + 11 * i + 9}" fill="#444">{r:.2f}</text>')
    out.append("</svg>")
    with open(path, "w", encoding="utf-8") as f:
        f.write("\n".join(out) + "\n")
