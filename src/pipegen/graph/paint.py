"""The colours and type of the drawn pipeline, as CSS for light and dark."""

from __future__ import annotations

# Accents tell steps apart: tasks made from one step share one. They hold on both backgrounds.
ACCENTS = ("#6366f1", "#0ea5e9", "#10b981", "#f59e0b", "#f43f5e", "#a855f7", "#14b8a6", "#f97316")

_SHAPES = """\
text{font-family:Inter,"Segoe UI","Helvetica Neue",Arial,sans-serif}
.title{font-size:20px;font-weight:700}
.about{font-size:12px}
.name{font-size:14px;font-weight:600}
.small .name{font-size:11px;font-weight:500}
.step{font-size:11px}
.chip{font-size:10px;font-weight:500;text-anchor:middle}
.label{font-size:11px;paint-order:stroke;stroke-width:4px;stroke-linejoin:round}
.type{font-size:10px;paint-order:stroke;stroke-width:4px;stroke-linejoin:round}
.role{font-size:11px;font-weight:600}
.frame{stroke-width:1}
.box{stroke-width:1.25}
.edge{fill:none;stroke-width:1.5}
.small .edge{stroke-width:1}
.handler .box,.edge.handler{stroke-dasharray:5 4}
.clock{fill:none;stroke-width:1.5;stroke-linecap:round}
"""

# Selectors, the property, and its colour in light and dark.
_COLOURS = (
    (".back", "fill", "#ffffff", "#0b1220"),
    (".frame", "fill", "#f8fafc", "#111a2c"),
    (".frame", "stroke", "#e2e8f0", "#1f2b40"),
    (".box", "fill", "#ffffff", "#1b263b"),
    (".box", "stroke", "#cbd5e1", "#3b4a63"),
    (".title,.name", "fill", "#0f172a", "#f1f5f9"),
    (".about,.step", "fill", "#64748b", "#94a3b8"),
    (".clock", "stroke", "#64748b", "#94a3b8"),
    (".edge", "stroke", "#94a3b8", "#64748b"),
    (".tip", "fill", "#94a3b8", "#64748b"),
    (".label", "fill", "#334155", "#cbd5e1"),
    (".type", "fill", "#64748b", "#8fa0b8"),
    (".label,.type", "stroke", "#f8fafc", "#111a2c"),
    (".pill", "fill", "#eef2f7", "#2b384f"),
    (".chip", "fill", "#475569", "#cbd5e1"),
    (".pill.trigger", "fill", "#fef3c7", "#4a3510"),
    (".chip.trigger", "fill", "#92400e", "#fcd34d"),
    (".pill.mode", "fill", "#e0f2fe", "#0c3a55"),
    (".chip.mode", "fill", "#075985", "#7dd3fc"),
    (".pill.gpu", "fill", "#dcfce7", "#123d26"),
    (".chip.gpu", "fill", "#166534", "#86efac"),
    (".role", "fill", "#64748b", "#94a3b8"),
    (".role.on_failure", "fill", "#dc2626", "#f87171"),
    (".on_failure .box,.edge.on_failure", "stroke", "#f0a5a5", "#9b4a4a"),
)


def style() -> str:
    """The rules for a picture that follows its reader's light or dark setting."""
    accents = "".join(f".a{at}{{fill:{colour}}}\n" for at, colour in enumerate(ACCENTS))
    return f"{_SHAPES}{accents}{_rules('')}@media (prefers-color-scheme:dark){{\n{_rules('', dark=True)}}}\n"


def switches() -> str:
    """More rules, for a page whose reader can choose: its root says data-theme."""
    light = _rules(":root[data-theme=light] ")
    return light + _rules(":root[data-theme=dark] ", dark=True)


def _rules(scope: str, *, dark: bool = False) -> str:
    lines = []
    for selectors, name, *colours in _COLOURS:
        scoped = ",".join(scope + one for one in selectors.split(","))
        lines.append(f"{scoped}{{{name}:{colours[dark]}}}\n")
    return "".join(lines)
