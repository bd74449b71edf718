"""The README's table of ways to call an install is the one that the proofs try."""

from __future__ import annotations

from tests.checkout import CHECKOUT
from tests.proof.forms import FORMS as NAMED
from tests.proof.ways import CONTEXTS, FORMS, RELEASES, TABLE, USERS, pairwise, product, render_table

AT_LEAST = 200


def test_the_readme_has_the_table() -> None:
    assert render_table() in (CHECKOUT / "README.md").read_text(encoding="utf-8")


def test_every_row_is_tried() -> None:
    tried = {context.name for context in CONTEXTS} | {form.name for form in FORMS} | set(NAMED) | {"cp"}
    assert {name for row in TABLE for name in row.tried} <= tried


def test_the_product_is_large_and_the_pairs_are_all_there() -> None:
    rows, few = product(), pairwise()
    assert len(rows) >= AT_LEAST and len(few) < len(rows) / 3
    for context in CONTEXTS:
        assert {row.form.name for row in few if row.context is context} == {form.name for form in FORMS}
        assert {row.release for row in few if row.context is context} == set(RELEASES)
        assert {row.user for row in few if row.context is context} == set(USERS)
