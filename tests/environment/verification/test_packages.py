"""What is installed against what is locked."""

from harness.environment import compare


def test_an_environment_that_is_its_lock_is_verified():
    verification = compare({"foo": "1.0", "bar": "2.1"}, {"bar": "2.1", "foo": "1.0.0"})
    assert (verification.state, verification.findings) == ("verified", [])


def test_every_difference_is_named_in_words():
    verification = compare({"x": "1.2", "z": "1.0", "same": "1"}, {"y": "3", "z": "1.1", "same": "1"})
    assert verification.state == "drifted"
    assert verification.findings == ["missing: x 1.2", "extra: y 3", "version: z is 1.1, the lock says 1.0"]


def test_a_version_that_follows_no_rule_is_compared_as_text():
    assert compare({"foo": "2004d"}, {"foo": "2004d"}).state == "verified"
    assert compare({"foo": "1.0"}, {"foo": "unknown"}).findings == ["version: foo is unknown, the lock says 1.0"]
