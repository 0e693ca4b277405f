"""What is the matter with a file, in words for the person who can mend it. Never says what a cell holds: that may be a person's."""

from dataclasses import dataclass, field

LISTED = 200


@dataclass(frozen=True)
class Problem:
    """`line` is the one in the file, the heading being line 1."""

    file: str
    text: str
    line: int = 0
    column: str = ""

    def __str__(self) -> str:
        place = [self.file]
        if self.line:
            place.append(f"line {self.line}")
        if self.column:
            place.append(f"column {self.column}")
        return f"{', '.join(place)}: {self.text}"


@dataclass
class Problems:
    """The first two hundred, and how many there are."""

    listed: list[Problem] = field(default_factory=list)
    count: int = 0

    def add(self, problem: Problem) -> None:
        self.count += 1
        if len(self.listed) < LISTED:
            self.listed.append(problem)

    def __bool__(self) -> bool:
        return self.count > 0

    def lines(self) -> list[str]:
        """What to show and to keep."""
        said = [str(problem) for problem in self.listed]
        left_out = self.count - len(said)
        return [*said, f"... and {left_out:,} more"] if left_out else said


class Unreadable(Exception):
    """A whole file cannot be read on; nothing of it is used."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem
