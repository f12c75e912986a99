"""A second reckoning of the shares, written from the tables of sharers and of residuaries, person by person.

It shares no code and no structure with the calculator: whole parts of 72 instead of claims, one column of conditions a
kinship instead of a list of who shuts out whom.
"""

from fractions import Fraction

WHOLE = 72


def sharers(family: dict[str, int]) -> dict[str, int | Fraction]:
    """What the sharers of a kinship take together, in parts of 72, before it is reduced or what is left is given out."""

    def n(word: str) -> int:
        return family.get(word, 0)

    child = n("son") + n("daughter") > 0
    grandchild = n("sons_son") + n("sons_daughter") > 0
    issue = child or grandchild
    male_issue = n("son") > 0 or n("sons_son") > 0
    girls = n("daughter") > 0 or n("sons_daughter") > 0
    ascendant = n("father") > 0 or n("grandfather") > 0
    siblings = sum(n(word) for word in family if word.endswith(("_brother", "_sister")))
    full_open, half_open = not male_issue and not ascendant, not male_issue and not ascendant and not n("full_brother")
    if n("full_sister") and girls:
        half_open = False  # she stands where a full brother would

    fixed: dict[str, int | Fraction] = {}
    fixed["husband"] = (18 if issue else 36) if n("husband") else 0
    fixed["wife"] = (9 if issue else 18) if n("wife") else 0
    fixed["father"] = 12 if n("father") and issue else 0
    fixed["grandfather"] = 12 if n("grandfather") and not n("father") and issue else 0
    if n("mother"):
        if issue or siblings >= 2 or (n("father") and n("husband")):
            fixed["mother"] = 12
        elif n("father") and n("wife"):
            fixed["mother"] = 18
        else:
            fixed["mother"] = 24
    own_mother = n("maternal_grandmother") and not n("mother")
    fathers_mother = n("paternal_grandmother") and not n("mother") and not n("father")
    fixed["maternal_grandmother"] = (6 if fathers_mother else 12) if own_mother else 0
    fixed["paternal_grandmother"] = (6 if own_mother else 12) if fathers_mother else 0
    if n("daughter") and not n("son"):
        fixed["daughter"] = 36 if n("daughter") == 1 else 48
    if n("sons_daughter") and not n("son") and not n("sons_son"):
        fixed["sons_daughter"] = {0: 36 if n("sons_daughter") == 1 else 48, 1: 12}.get(n("daughter"), 0)
    if n("full_sister") and full_open and not n("full_brother") and not girls:
        fixed["full_sister"] = 36 if n("full_sister") == 1 else 48
    if n("consanguine_sister") and half_open and not n("consanguine_brother") and not girls:
        fixed["consanguine_sister"] = {0: 36 if n("consanguine_sister") == 1 else 48, 1: 12}.get(n("full_sister"), 0)
    uterine = n("uterine_brother") + n("uterine_sister")
    if uterine and not issue and not ascendant:
        each = Fraction(12 if uterine == 1 else 24, uterine)
        fixed["uterine_brother"] = each * n("uterine_brother")
        fixed["uterine_sister"] = each * n("uterine_sister")
    return fixed


def shares(family: dict[str, int]) -> dict[str, Fraction]:
    """The share of each person by kinship, as a family of the calculator's words gives it."""

    def n(word: str) -> int:
        return family.get(word, 0)

    girls = n("daughter") > 0 or n("sons_daughter") > 0
    fixed = sharers(family)
    total = sum(fixed.values())
    if total > WHOLE:
        fixed = {word: Fraction(parts * WHOLE, total) for word, parts in fixed.items()}
        total = WHOLE
    left = Fraction(WHOLE) - total
    takers: list[str] = []
    if n("son"):
        takers = ["son", "daughter"]
    elif n("sons_son"):
        takers = ["sons_son", "sons_daughter"]
    elif n("father"):
        takers = ["father"]
    elif n("grandfather"):
        takers = ["grandfather"]
    elif n("full_brother") or (n("full_sister") and girls):
        takers = ["full_brother", "full_sister"]
    elif n("consanguine_brother") or (n("consanguine_sister") and girls):
        takers = ["consanguine_brother", "consanguine_sister"]
    heads = sum(n(word) * (1 if word.endswith(("daughter", "sister")) else 2) for word in takers)
    for word in takers:
        fixed[word] = fixed.get(word, 0) + left * n(word) * (1 if word.endswith(("daughter", "sister")) else 2) / heads
    if not takers and left:
        spouse = fixed["husband"] + fixed["wife"]
        for word in fixed.keys() - {"husband", "wife"}:
            fixed[word] = Fraction(fixed[word]) * (WHOLE - spouse) / (total - spouse)
    return {word: Fraction(fixed.get(word, 0)) / WHOLE / number for word, number in family.items()}
