"""What is asked of an engine over HTTP, what of its answers is believed, and what becomes of every fault."""

from __future__ import annotations

import time
from contextlib import nullcontext

import numpy as np
import pytest

from planner.travel import UNREACHABLE, Place, great_circle
from server.travel.engines.block import NO_ANSWER, UNKNOWN, Block, map_version, numbers
from server.travel.engines.breaker import Breaker
from server.travel.engines.faults import Deadline, Garbage, Gone, Refused, TooSlow
from server.travel.engines.osrm import Osrm
from server.travel.engines.plausible import judge
from server.travel.engines.tiles import ask
from server.travel.engines.valhalla import Valhalla

A, B, C = Place(43.00, 7.00), Place(43.02, 7.03), Place(43.05, 7.01)


def many(count: int) -> list[Place]:
    return [Place(43 + 0.01 * (n % 20), 7 + 0.01 * (n // 20)) for n in range(count)]


@pytest.fixture(params=[Osrm, Valhalla])
def client(request, engine):
    return request.param(engine.url)


def test_seconds_and_metres_in_both_directions(client):
    block = client.ask([A, B], [A, B], Deadline(5))
    # 2 + 3 units of 61 s and 1 km; back (to the west) 10 s more
    assert block.seconds.tolist() == [[0, 305], [315, 0]]
    assert block.metres.tolist() == [[0, 5000], [5000, 0]]
    assert block.seconds.dtype == np.int32


def test_what_it_tells_of_the_snap_and_the_map(engine):
    engine.roads.off_road[43.02, 7.03] = 800.0
    block = Osrm(engine.url).ask([A], [A, B], Deadline(5))
    assert (block.source_snaps.tolist(), block.target_snaps.tolist(), block.version) == ([12.5], [12.5, 800.0], "map 1")
    assert Osrm(engine.url).version([A], Deadline(5)) == "map 1"
    assert Valhalla(engine.url).version([A], Deadline(5)) == "3.9.1 map 1"


def test_null_is_unreachable_never_nothing(client, engine):
    engine.roads.islands = 7.02
    block = client.ask([A, B, C], [A, B, C], Deadline(5))
    assert (block.seconds == UNREACHABLE).tolist() == [[False, True, False], [True, False, True], [False, True, False]]
    assert (block.metres == UNREACHABLE).tolist() == (block.seconds == UNREACHABLE).tolist()


def test_a_place_off_its_roads_spoils_nothing_at_a_valhalla(engine):
    engine.roads.off_road[43.02, 7.03] = 0
    block = Valhalla(engine.url).ask([A, B, C], [A, B, C], Deadline(5))
    assert block.source_snaps[1] == float("inf")
    assert block.seconds.tolist() == [[0, NO_ANSWER, 366], [NO_ANSWER] * 3, [376, NO_ANSWER, 0]]


def test_a_table_that_is_too_big_is_asked_in_tiles(client, engine):
    engine.roads.side = 25
    places = many(60)
    block, fault = ask(client, places, places, Deadline(10))
    assert fault is None
    assert client.side == 25
    assert block.seconds.tolist() == [
        [fake_seconds(here, there) for there in places] for here in places
    ]  # 61 s a unit, in each tile at its place
    assert all(rows * columns <= 25**2 for _, rows, columns in engine.roads.asked[-9:])


def fake_seconds(here: Place, there: Place) -> int:
    from tests.server.travel.fake import seconds

    return seconds((here.lat, here.lon), (there.lat, there.lon))


def test_an_old_server_is_asked_by_address(engine):
    engine.roads.reads_post = False
    client = Osrm(engine.url)
    for _ in range(2):
        assert client.ask([A, B], [B], Deadline(5)).seconds.tolist() == [[305], [0]]
    assert engine.roads.asked == [("GET", 2, 1)] * 2  # and never by POST again
    places = many(450)
    block, fault = ask(client, places, places, Deadline(20))
    assert fault is None  # more than fit an address: in tiles
    assert (block.seconds >= 0).all()


def test_a_pair_too_far_for_it_is_left_to_the_estimate(engine):
    far = Place(48.0, 7.0)
    block, fault = ask(Valhalla(engine.url), [A, B, far], [A, B, far], Deadline(5))
    assert fault is None
    assert (block.seconds == NO_ANSWER).tolist() == [[False, False, True], [False, False, True], [True, True, False]]


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("slow", TooSlow), ("trickle", TooSlow), ("garbage", Garbage), ("unwell", Gone), ("hangs up", Gone), ("broken off", Gone),
        ("shape", Garbage), ("words", Garbage), ("negative", Garbage), ("another code", Refused), ("a list", Garbage),
        ("fewer places", Garbage), ("nan", Garbage), ("huge", Garbage), ("deep", Garbage),
    ],
)  # fmt: skip
def test_every_fault_has_its_name_and_its_end(engine, fault, kind):
    engine.roads.fault = fault
    begun = time.monotonic()
    with pytest.raises(kind) as caught:
        Osrm(engine.url).ask([A, B], [A, B], Deadline(0.5))
    assert time.monotonic() - begun < 1.5
    assert str(caught.value)


@pytest.mark.parametrize("fault", ["slow", "garbage", "shape", "words", "negative", "a list", "huge", "deep"])
def test_faults_of_a_valhalla(engine, fault):
    engine.roads.fault = fault
    with pytest.raises((TooSlow, Garbage)):
        Valhalla(engine.url).ask([A, B], [A, B], Deadline(0.5))


def test_a_hair_below_nothing_is_nothing():
    """OSRM says so of two shops at one door; a real fault is far below."""
    assert numbers([[0, -0.9], [None, 3.6]], (2, 2), 100, "distances").tolist() == [[0, 0], [UNREACHABLE, 4]]
    with pytest.raises(Garbage):
        numbers([[-200.0]], (1, 1), 100, "distances")


def test_what_a_map_is_called_can_be_kept():
    """A lone surrogate is no UTF-8, and PostgreSQL takes no NUL."""
    assert map_version("\x00map\ud800 7\n") == "map 7"
    assert map_version(None) == ""
    assert map_version(20261123) == "20261123"
    assert len(map_version("x" * 300)) == 80


FAR, FARTHER = Place(43.0, 7.0), Place(43.0, 7.2)  # 16,264 m through the air


def block_of(seconds: int, metres: int, snap: float = 0.0) -> Block:
    return Block(
        np.array([[seconds]], np.int32), np.array([[metres]], np.int32), np.array([snap]), np.array([0.0])
    )  # fmt: skip


@pytest.mark.parametrize(
    ("seconds", "metres", "wrong"),
    [
        (1_000, 18_000, ""),
        (219, 18_000, ""),  # 15,264 m at 70 m/s are 218.06 s
        (218, 18_000, "shorter than any drive"),
        (0, 18_000, "shorter than any drive"),
        (50_879, 18_000, ""),  # 15,264 m at 0.3 m/s are 50,880 s
        (50_900, 18_000, "longer than on foot"),
        (1_000, 12_212, ""),  # 0.8 of 15,264 m are 12,211.2 m
        (1_000, 12_211, "shorter than through the air"),
        (UNREACHABLE, UNREACHABLE, ""),
    ],
)
def test_numbers_that_no_road_has(seconds, metres, wrong):
    with pytest.raises(Garbage, match=wrong) if wrong else nullcontext():
        judge(block_of(seconds, metres), [FAR], [FARTHER])
    judge(block_of(seconds, metres, 15_300.0), [FAR], [FARTHER])  # moved there: the road is short
    judge(block_of(seconds, metres, np.nan), [FAR], [FARTHER])  # nobody knows to where


def test_one_odd_pair_in_many_is_a_fault_of_the_map():
    places = many(10)
    air = great_circle(places)
    seconds, metres = (air / 10).astype(np.int32), (1.2 * air).astype(np.int32)
    seconds[0, 9] = seconds[9, 0] = 0
    block = Block(seconds, metres, np.zeros(10), np.zeros(10))
    judge(block, places, places)
    seconds[:, 5:] = 0
    with pytest.raises(Garbage):
        judge(block, places, places)


def test_what_came_before_the_engine_died_is_kept(engine):
    engine.roads.side, engine.roads.fault, engine.roads.after = 10, "hangs up", 4
    client = Osrm(engine.url)
    client.side = 10
    block, fault = ask(client, many(20), many(20), Deadline(5))
    assert fault is None  # four tiles, all well
    engine.roads.asked.clear()
    block, fault = ask(client, many(30), many(30), Deadline(5))
    assert isinstance(fault, Gone)
    assert (block.seconds != UNKNOWN).sum() == 4 * 10 * 10


def test_nobody_listens(engine):
    engine.stop()
    with pytest.raises(Gone, match="is not there"):
        Osrm(engine.url).ask([A], [B], Deadline(2))


def test_a_connection_that_the_server_has_closed_is_tried_again(engine):
    client = Osrm(engine.url)
    client.ask([A], [B], Deadline(2))
    engine.stop()
    engine.start()
    assert client.ask([A], [B], Deadline(2)).seconds.tolist() == [[305]]


def test_a_breaker_rests_and_tries_again():
    now = [100.0]
    breaker = Breaker(lambda: now[0])
    breaker.failed("gone")
    assert breaker.allows()  # once may be chance
    breaker.failed("gone")
    assert breaker.open
    assert not breaker.allows()
    now[0] += 5.1
    assert [breaker.allows(), breaker.allows()] == [True, False]  # one tries, the others wait for it
    breaker.failed("gone")
    now[0] += 5.1
    assert not breaker.allows()  # twice as long now
    now[0] += 5
    assert breaker.allows()
    breaker.succeeded()
    assert [breaker.allows(), breaker.allows(), breaker.open] == [True, True, False]
