"""What a failure comes to, in a line."""

from __future__ import annotations

import pytest

from harness.record.gist import gist


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", ""),
        ("  \n\n", ""),
        ("died of SIGKILL", "died of SIGKILL"),
        ("first\n  last  \n\n", "last"),
        (">   raise ValueError\nE   ValueError: no peak\n\nt.py:9: ValueError", "ValueError: no peak"),
        ("E   AssertionError: assert '2' == '1'\nE    +  where '2' = m.VERSION", "AssertionError: assert '2' == '1'"),
        ("E   KeyError: 'a'\n\nduring that:\nE   TypeError: no", "TypeError: no"),
        ('E     File "/a/lib.py", line 1\nE       def f(:\nE             ^\nE   SyntaxError: no', "SyntaxError: no"),
        ("E   KeyboardInterrupt", "KeyboardInterrupt"),
        ("E   lib.errors.Odd: way", "lib.errors.Odd: way"),
        ("E   assert 1 == 2\nE    +  where 1 = f()", "assert 1 == 2"),
    ],
)
def test_it_is_the_exception_of_a_traceback_or_else_the_last_line(text, said):
    assert gist(text) == said
