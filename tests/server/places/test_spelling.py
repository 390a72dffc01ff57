"""One spelling for one street, however people write it; and what a line of an address may mean."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.places.spelling import Number, Reading, number_of, readings, spelled, spelled_postcode

SAME = [
    ("Hauptstraße", "Hauptstr.", "Haupt Strasse", "HAUPTSTRASSE", "haupt-str"),
    ("Sankt-Luzi-Strasse", "St. Luzistr.", "St.Luzi-Straße"),
    ("Müllerweg", "Muellerweg", "MULLERWEG"),
    ("East Pratt Street", "E. Pratt St", "E Pratt St."),
    ("Fifth Avenue", "5th Ave", "5th Avenue"),
    ("Carrer de la Unió", "C/ Unió", "c. de la unio"),
    ("Avinguda d'Enclar", "Av. d’Enclar", "Avda. Enclar", "Avgda. d'Enclar", "AVD ENCLAR"),
    ("Boulevard Princesse Charlotte", "Bd. Princesse Charlotte", "BLVD PRINCESSE-CHARLOTTE", "Bld Psse Charlotte"),
    ("Rue Grimaldi", "R. Grimaldi"),
    ("Carretera General", "Ctra. Gral.", "Crta General"),
    ("Plaça Sant Esteve", "Pl. St. Esteve", "Pça. de Sant Esteve"),
    ("Passeig de l'Arnaldeta", "Pg. Arnaldeta"),
    ("Piazza Dante", "P.zza Dante", "P.za Dante"),
    ("Annankatu", "Annank."),
    ("Runeberginkatu", "Runebergink."),
    ("Mannerheimintie", "Mannerheimint."),
]


@pytest.mark.parametrize("ways", SAME)
def test_one_street_has_one_spelling(ways):
    assert len({spelled(way) for way in ways}) == 1


def test_other_streets_have_another_one():
    different = [ways[0] for ways in SAME] + [
        "North Main Street",
        "South Main Street",
        "Main Street",
        "Main Avenue",
        "4th Avenue",
    ]
    assert len({spelled(name) for name in different}) == len(different)


def test_articles_alone_are_a_name():
    assert spelled("La") == "la"
    assert spelled("…") == spelled(None) == ""


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
def test_case_accents_and_white_space_change_nothing(text):
    assert (
        spelled(f"  {text}\t")
        == spelled(text)
        == spelled(unicodedata.normalize("NFD", text))
        == spelled(text.casefold())
    )
    assert len(spelled(text)) <= 100


@pytest.mark.parametrize(
    ("country", "text", "expected"),
    [
        ("US", "02139-1234", "02139"),
        ("US", "2139", "02139"),  # a spreadsheet has dropped the zero
        ("US", "ABC", ""),
        ("LI", "FL-9490", "9490"),
        ("DE", "D - 10115", "10115"),
        ("AD", "AD 400", "400"),
        ("GB", "sw1a 1aa", "SW1A1AA"),
        ("LI", None, ""),
    ],
)
def test_postcodes(country, text, expected):
    assert spelled_postcode(country, text) == expected


def test_house_numbers():
    assert [number_of(text) for text in ("12", "12a", "12 A", "12-14", "12/3", "12/A", "723-B", "3 bis", "N° 7", "", None)] == [
        Number(12), Number(12, "a"), Number(12, "a"), Number(12), Number(12), Number(12, "a"), Number(723, "b"), Number(3, "bis"),
        Number(7), None, None,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("street", "housenumber", "expected"),
    [
        ("12 Main St, Suite 4", None, Reading("mainst", Number(12))),
        ("350 5th Ave", None, Reading("5thav", Number(350))),
        ("12 E Pratt St", None, Reading("eprattst", Number(12))),  # E is east, not 12e
        ("12 A Main St", None, Reading("mainst", Number(12, "a"))),
        ("Hauptstr. 12a", None, Reading("hauptstr", Number(12, "a"))),
        ("Carrer Major, 12, 2n", None, Reading("cmajor", Number(12))),
        ("Straße des 17. Juni 135", None, Reading("str17juni", Number(135))),
        ("Rue Ste Dévote", "4", Reading("rustdevote", Number(4))),
        ("Main St #7", "12-14", Reading("mainst", Number(12))),
        ("12 Main St", "12", Reading("mainst", Number(12))),
        ("Landstrasse", None, Reading("landstr", None)),
        ("12, boulevard des Moulins", None, Reading("blvdmoulins", Number(12))),  # as the French write it
        ("12, boulevard des Moulins, Monaco", None, Reading("blvdmoulins", Number(12))),
        ("12 bis, rue Grimaldi", None, Reading("rugrimaldi", Number(12, "bis"))),
        ("N° 12, rue Grimaldi", None, Reading("rugrimaldi", Number(12))),
        ("11, AV MERITXELL", None, Reading("avmeritxell", Number(11))),
        ("Avgda. Meritxell 11", None, Reading("avmeritxell", Number(11))),
        ("Avinguda Meritxell, núm. 11", None, Reading("avmeritxell", Number(11))),
        ("Hauptstr. Nr. 12a", None, Reading("hauptstr", Number(12, "a"))),
        ("Rue No 3", None, Reading("runo", Number(3))),
        ("12,boulevard des Moulins", "12", Reading("blvdmoulins", Number(12))),
        ("n° 12, rue Grimaldi, Monaco", None, Reading("rugrimaldi", Number(12))),
        ("Villa Rose, 12, rue Grimaldi, Monaco", None, Reading("rugrimaldi", Number(12))),
        ("Bât. B, 12 rue Grimaldi, 3e étage", None, Reading("rugrimaldi", Number(12))),
        ("7;9, rue Grimaldi", None, Reading("rugrimaldi", Number(7))),
        ("Avinguda Meritxell nu\u0301m.11", None, Reading("avmeritxell", Number(11))),  # the accent by itself
        ("Avinguda Meritxell nº 11", None, Reading("avmeritxell", Number(11))),
        ("Avinguda Meritxell, n.º 11", None, Reading("avmeritxell", Number(11))),
        ("Avinguda Meritxell no. 11", None, Reading("avmeritxell", Number(11))),
        ("Edifici Prat, Av. Meritxell, 11, local 3", None, Reading("avmeritxell", Number(11))),
        ("Carrer Major 12 Pis 3", None, Reading("cmajor", Number(12))),
        ("Edifici Prat, C/ Major", "12", Reading("cmajor", Number(12))),
        ("Ctra. General km 5,3", None, Reading("ctrageneral", None)),
        ("Carrer Major s/n", None, Reading("cmajor", None)),
        ("Via Roma, 12/A", None, Reading("viaroma", Number(12, "a"))),
        ("Via della Scala 5", None, Reading("viascala", Number(5))),  # scala also is a staircase
        ("Landstr. Nr. 12", None, Reading("landstr", Number(12))),
        ("Landstrasse 12 Top 4", None, Reading("landstr", Number(12))),
        ("Annankatu 20 A 5", None, Reading("annankatu", Number(20, "a"))),
        ("Annankatu 20 as. 5", None, Reading("annankatu", Number(20))),
        ("12 Main St Apt 4", None, Reading("mainst", Number(12))),
        ("12 Main St Apt. #4-B", None, Reading("mainst", Number(12))),
        ("12 Main St #4", None, Reading("mainst", Number(12))),
        ("12 Main St 2nd Floor", None, Reading("mainst", Number(12))),
        ("12 Main St Unit B, Baltimore, MD 21224", None, Reading("mainst", Number(12))),
        ("Suite 200, 12 Main St", None, Reading("mainst", Number(12))),
        ("No. 12 Main St", None, Reading("mainst", Number(12))),
        ("226 1/2 Main St", None, Reading("mainst", Number(226))),
    ],
)
def test_what_a_line_may_mean(street, housenumber, expected):
    assert expected in readings(street, housenumber)


def test_a_kilometre_is_no_house_number():
    assert {number for street, number in readings("Ctra. General, km 5,3", None) if street == "ctrageneral"} == {None}


def test_a_number_that_is_a_name_stays_one():
    assert readings("5th Avenue", None) == (Reading("5thav", None),)
    assert readings("", "12") == readings(None, None) == ()
