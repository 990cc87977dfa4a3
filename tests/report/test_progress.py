import io

from rich.console import Console

from harness.report.progress import Progress


class FakeClock:
    now = 0.0

    def __call__(self):
        return self.now


def shown(act, *, terminal=False, **how):
    file, clock = io.StringIO(), FakeClock()
    with Progress(console=Console(file=file, force_terminal=terminal, width=80, _environ={}), clock=clock, **how) as it:
        act(it, clock)
    return file.getvalue()


def test_a_pipe_gets_a_line_at_most_every_ten_seconds():
    def act(progress, clock):
        for second in range(25):
            clock.now = float(second)
            progress.update(second, 75 - second, f"naive {second}")

    assert shown(act).splitlines() == [
        "0 %, 1:15 left: naive 0",
        "13 %, 1:05 left: naive 10",
        "27 %, 0:55 left: naive 20",
    ]


def test_while_nobody_knows_how_long_it_takes_that_is_said():
    assert "time left unknown: start" in shown(lambda progress, _: progress.update(3.0, None, "start"))


def test_hours_are_shown_as_such():
    assert "1:01:01 left" in shown(lambda progress, _: progress.update(0.0, 3661.0, "x"))


def test_quiet_says_nothing():
    def act(progress, _):
        progress.update(1.0, 2.0, "x")
        progress.say("y")

    assert shown(act, quiet=True) == ""
    assert shown(act, quiet=True, terminal=True) == ""


def test_a_terminal_gets_a_moving_line_that_goes_away():
    text = shown(lambda progress, _: progress.update(30.0, 90.0, "[red]naive[/red]"), terminal=True)
    assert "25 %" in text
    assert "1:30 left" in text
    assert "[red]naive[/red]" in text
    assert text.endswith("\x1b[2K")  # the line is erased at the end


def test_what_is_said_stays():
    assert shown(lambda progress, _: progress.say("narrow: done")) == "narrow: done\n"
