"""Checks on words: those of a coded variable outside its list, misspelt ones of a free vocabulary, odd arms."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sap_helpers.cut.spelling import find_alike, fold, is_one_letter_away, nearest, shape
from sap_helpers.cut.words import allowed_words
from sap_helpers.findings import Rule
from sap_helpers.plan.categories import load_categories
from sap_helpers.plan.home import SAP_FOLDER

if TYPE_CHECKING:
    from sap_helpers.cut.checks import Context, DomainRecords
    from sap_helpers.plan import Plan

R089 = Rule(
    "R089", "quarantined", "a word outside the list of this variable", (), "a word of sap/words.csv",
    "Treated as missing. Correct the source, or add the word to the plan (words).",
)  # fmt: skip
SPELLING = replace(
    R089, severity="listed", title="almost another word of this variable", allowed="",
    action="Analysed as a word of its own. Correct the one that is misspelt.",
)  # fmt: skip
WRITTEN = replace(
    R089, severity="noted", title="a word that other records of the cut write in other letters", allowed="",
    action="Read as they write it.",
)  # fmt: skip
ARM = replace(
    R089, severity="listed", title="reads like a screen failure", allowed="",
    action="The subject counts as enrolled. Correct the arm, or name it in the plan (sets.screen_failure_arms).",
)  # fmt: skip
RULES = (R089,)

# what a missing word means where that is more than "not known"
MISSING_MEANS = {
    "AEREL": "Treated as missing, so that the event counts as related.",
    "AETOXGR": "Treated as missing: the severity tells the grade, or nothing does.",
    "CMCAT": "Treated as missing: neither rescue nor background therapy.",
    "DSCAT": "Treated as missing: the record does not tell how treatment or participation ended.",
    "DSSCAT": "Treated as missing: the record does not tell how treatment or participation ended.",
    "DSDECOD": "Treated as missing, so that it is no completion.",
    "EXDOSFRQ": "Treated as missing: the record counts as one dose.",
}
# no list has all the words of these; two that differ by a letter are one word all the same, as a rule
FREE = {
    "ae": ("AEDECOD",), "cm": ("CMDECOD",), "dm": ("ARMCD", "RACE"), "dv": ("DVDECOD",),
    "ex": ("EPOCH", "EXROUTE", "EXTRT"),
}  # fmt: skip
# compared without letter case like the words of a list, and in no list
FREE_OF_CASE = ("EXROUTE", "QSCAT")
SHORTEST_TOLD = 4
SHOWN_WORDS = 8
SCREEN_FAILURE = ("SCREENFAIL", "SCREENINGFAIL", "SCRNFAIL", "SCRFAIL", "NOTASSIGN")


def apply_word_rules(records: DomainRecords, context: Context) -> None:
    """Quarantine the words outside their list, and list what is misspelt in the variables without one."""
    listed = allowed_words(context.plan)
    for variable, words in listed.items():
        if variable in records.frame:
            _quarantine_unknown(records, variable, words)
    for variable in (*listed, *FREE_OF_CASE):
        if variable in records.frame:
            _write_alike(records, variable)
    for variable in FREE.get(records.domain, ()):
        if variable in records.frame:
            _list_misspelt(records, variable, _planned_names(variable, context.plan))
    if records.domain == "dm":
        _list_odd_arms(records, context.plan)


def _quarantine_unknown(records: DomainRecords, variable: str, words: tuple[str, ...]) -> None:
    known = {fold(word) for word in words}
    cells = records.frame[variable]
    for text in sorted(text for text in cells.unique() if text.strip() and fold(text) not in known):
        rows = cells.index[cells == text]
        action = f"{MISSING_MEANS.get(variable, 'Treated as missing.')} Correct the source, or add the word to the plan"
        records.note_alike(R089, rows, variable, allowed=_allowed(text, words), action=f"{action} (words.{variable}).")
        records.quarantine(rows, variable)


def _write_alike(records: DomainRecords, variable: str) -> None:
    """Write a word that differs in letter case or outer blanks alone as most records do, so that it counts as one."""
    cells = records.frame[variable]
    counts = cells.value_counts()
    spelled: dict[str, list[str]] = {}
    for word in sorted(filter(str.strip, counts.index), key=lambda word: (-counts[word], word)):
        spelled.setdefault(fold(word), []).append(word)
    for usual, *others in spelled.values():
        for word in others:
            rows = cells.index[cells == word]
            records.note_alike(WRITTEN, rows, variable, allowed=usual)
            records.frame.loc[rows, variable] = usual


def _allowed(text: str, words: tuple[str, ...]) -> str:
    """Return the words of a short list, or how many a long one has, and the word that comes nearest."""
    near = nearest(text, words)
    some = ", ".join(words) if len(words) <= SHOWN_WORDS else f"one of {len(words)} words of sap/words.csv"
    return f"{some} (nearest: {near})" if near else some


def _list_misspelt(records: DomainRecords, variable: str, planned: frozenset[str]) -> None:
    """List the rarer of every two words that look the same or are one letter apart; a word of the plan is right."""
    cells = records.frame[variable]
    counts = cells[cells.str.strip() != ""].value_counts()
    known = {fold(name) for name in planned}
    told: dict[str, str] = {}
    for pair in find_alike({*counts.index, *planned}):
        if fold(pair[0]) == fold(pair[1]) and set(pair) - set(counts.index):
            continue  # the plan compares without letter case
        if min(map(len, pair)) < SHORTEST_TOLD and shape(pair[0]) != shape(pair[1]):
            continue
        if {fold(word) for word in pair} <= known:
            continue
        right, wrong = sorted(pair, key=lambda word: (fold(word) not in known, -counts.get(word, 0), word))
        if wrong in counts.index:
            told.setdefault(wrong, right)
    for wrong, right in sorted(told.items()):
        records.note_alike(SPELLING, cells.index[cells == wrong], variable, problem=f"almost {right}")


def _planned_names(variable: str, plan: Plan) -> frozenset[str]:
    """Return the names of a free vocabulary that the plan knows."""
    if variable == "AEDECOD":
        table = load_categories(SAP_FOLDER / plan.safety.categories.file, plan.safety.categories)
        terms = [entry.text for entry in table.entries if entry.column == variable and entry.how == "exact"]
        return frozenset([*terms, *plan.safety.words.lupus_activity])
    if variable == "CMDECOD":
        rule = plan.events
        return frozenset([*plan.steroids.prednisone_equivalent, *rule.immunosuppressants, *rule.biologics])
    if variable == "EXROUTE":
        return frozenset([plan.design.route, *plan.exposure.subcutaneous])
    return frozenset()


def _list_odd_arms(records: DomainRecords, plan: Plan) -> None:
    """List the subjects whose arm reads like a screen failure while the plan does not take it for one."""
    known = {fold(arm) for arm in plan.sets.screen_failure_arms}
    frame = records.frame
    is_known = frame["ARMCD"].map(fold).isin(known) if "ARMCD" in frame else frame["USUBJID"] == ""
    for variable in ("ARMCD", "ARM"):
        if variable in frame:
            odd = ~is_known & frame[variable].map(lambda arm: reads_like_screen_failure(arm, plan)).astype(bool)
            for arm in sorted(frame.loc[odd, variable].unique()):
                rows = frame.index[odd & (frame[variable] == arm)]
                records.note_alike(ARM, rows, variable, allowed=", ".join(plan.sets.screen_failure_arms))
                is_known |= odd & (frame[variable] == arm)


def reads_like_screen_failure(arm: str, plan: Plan) -> bool:
    """Return whether an arm reads like a screen failure: a word of the plan, one letter off, or the words for it."""
    letters = "".join(letter for letter in fold(arm) if letter.isalpha())
    is_near = any(
        shape(arm) == shape(word) or is_one_letter_away(fold(arm), fold(word)) for word in plan.sets.screen_failure_arms
    )
    return is_near or letters.startswith(SCREEN_FAILURE)
