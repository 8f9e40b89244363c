from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One line of the table. ``is_met`` is None where a figure stands without a goal."""

    goal: str
    what: str
    figure: str
    is_met: bool | None = None


def show(rows: list[Row]) -> None:
    width = max(len(row.what) for row in rows)
    print(f"{'goal':5} {'what':{width}}  figure")
    for row in rows:
        verdict = {True: "met", False: "not met", None: ""}[row.is_met]
        print(f"{row.goal:5} {row.what:{width}}  {row.figure}  {verdict}", flush=True)
