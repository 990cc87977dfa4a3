from harness.record.usual_store import USUAL_STORE, in_store


def test_a_command_to_type_names_a_store_only_where_it_is_another_one_than_usual():
    assert in_store("harness bisect --resume 7f3a", USUAL_STORE) == "harness bisect --resume 7f3a"
    assert in_store("harness bisect --resume 7f3a", "my nights") == "harness bisect --resume 7f3a --store 'my nights'"
