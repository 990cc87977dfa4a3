"""How long a site takes is measured from the beginning each time."""

from harness.calibrate.bench_site import builds, store_of
from harness.calibrate.year import Scenario


def test_each_call_makes_index_and_site_anew_in_a_cache_of_its_own(tmp_path, monkeypatch):
    monkeypatch.setenv("HARNESS_CACHE", str(tmp_path / "the user's"))
    place = tmp_path / "place"
    place.mkdir()
    store = store_of(place, Scenario(nights=12, cases=1, variants=2, seed=1))
    before = store.ids()
    for _ in range(2):
        made = builds(place, store)
        assert next(made).name == "the index, where it isn't there"
        indexes = list((place / "cache").rglob("*.duckdb"))
        assert [path.name.partition("-")[0] for path in indexes] == ["00000001"]
        assert not (place / "site").exists()
        assert [each.name for each in made] == ["in full", "again, nothing new", "one more night"]
        assert (place / "site" / "index.html").exists()
    assert store.ids() == before
    assert not (tmp_path / "the user's").exists()
