"""Personal data in a question is masked before anything is kept, and ordinary numbers are left alone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.conversation import Remembered, take_turn
from bot.ports import Turn
from bot.privacy import Masks, luhn, mask
from knowledge.model import Kind
from tests.corpus import TODAY, World

MASKS = Masks("[personnummer]", "[telefonnummer]", "[e-postadress]")
NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
ASKS = "Vem ansvarar för abstinensvård?"

born = st.dates(date(1905, 1, 1), date(2026, 11, 20))
separators = st.sampled_from(["", "-", "+", " ", "–", "\u2011", " - "])
around = st.sampled_from(
    ["{}", "patienten {}, hur gör vi?", "({})", "pnr:{}", "pnr {}.", "{}?", "\n{}\n", "/{}/", "”{}”"]
)


def control(nine: str) -> str:
    """Return nine digits with the control digit that makes them an identity number."""
    return next(nine + digit for digit in "0123456789" if luhn(nine + digit))


@st.composite
def identity_numbers(draw: st.DrawFn) -> str:
    """Draw a personal or coordination number in any of the ways in which they are written."""
    day, serial = draw(born), draw(st.integers(0, 999))
    number = day.day + (60 if draw(st.booleans()) else 0)
    ten = control(f"{day:%y%m}{number:02}{serial:03}")
    century = f"{day:%Y}"[:2] if draw(st.booleans()) else ""
    return f"{century}{ten[:6]}{draw(separators)}{ten[6:]}"


@st.composite
def reserve_numbers(draw: st.DrawFn) -> str:
    """Draw a reserve number: a birth date and a letter in place of a digit of the birth number."""
    day = draw(born)
    last = draw(st.from_regex(r"[TRAXK][0-9]{3}|TF[0-9]{2}|[0-9]{3}[A-Z]", fullmatch=True))
    return f"{day:%Y%m%d}{draw(st.sampled_from(['-', '', ' ']))}{last}"


@st.composite
def phone_numbers(draw: st.DrawFn) -> str:
    """Draw a phone number of seven digits or more, as people write them."""
    start = draw(st.sampled_from(["070", "073", "023", "0243", "08", "+46 70", "+46(0)23", "0046 70", "+4670"]))
    rest = draw(st.integers(4_500_000, 9_999_999))
    shape = draw(
        st.sampled_from(["{0}{1}{2}{3}", "{0}-{1} {2} {3}", "{0}-{1}{2}{3}", "{0} {1} {2} {3}", "{0} - {1}{2}{3}"])
    )
    digits = str(rest)
    return str(shape.format(start, digits[:3], digits[3:5], digits[5:]))


@given(identity_numbers(), around)
@settings(max_examples=400, deadline=None)
def test_identity_numbers_are_masked_however_they_are_written(number: str, sentence: str) -> None:
    """With and without century, hyphen, plus or space, personal and coordination numbers are masked whole."""
    masked, found = mask(sentence.format(number), MASKS)
    assert found and masked == sentence.format(MASKS.identity)


@given(reserve_numbers(), around)
@settings(max_examples=200, deadline=None)
def test_reserve_numbers_are_masked(number: str, sentence: str) -> None:
    """Reserve numbers, with a letter among the last four, are masked."""
    masked, found = mask(sentence.format(number), MASKS)
    assert found and masked == sentence.format(MASKS.identity)


MISTYPED = [
    "850101-1234",
    "19850101-1234",
    "198501011234",
    "850101+1234",
    "850161-1234",
    "1985-01-01-1234",
    "19850101 1234",
    "191212-1212",
]


@pytest.mark.parametrize("number", MISTYPED)
def test_a_number_with_a_wrong_control_digit_is_masked_too(number: str) -> None:
    """People mistype and make numbers up: a date with four digits after it is enough where nothing else is likely."""
    assert mask(f"patienten {number} väntar", MASKS) == ("patienten [personnummer] väntar", True)


@given(phone_numbers())
@settings(max_examples=300, deadline=None)
def test_phone_numbers_are_masked(number: str) -> None:
    """Phone numbers of seven digits or more are masked, in any grouping."""
    masked, found = mask(f"ring {number} tack", MASKS)
    assert found and not any(char.isdigit() for char in masked), masked


@given(st.emails())
@settings(max_examples=200, deadline=None)
def test_mail_addresses_are_masked(address: str) -> None:
    """Whatever is an e-mail address by the rules of e-mail is found, and nothing of it can be written to."""
    masked, found = mask(f"skriv till {address} tack", MASKS)
    assert found and address not in masked


@pytest.mark.parametrize(
    "address", ["anna.svensson@falun.se", "Anna@regiondalarna.se", "a_b+c@socialtjänsten.nu", "åsa.öberg@mora.se"]
)
def test_ordinary_mail_addresses_are_masked_whole(address: str) -> None:
    """An everyday address leaves nothing behind."""
    assert mask(f"mejla {address}.", MASKS)[0] == "mejla [e-postadress]."


@given(st.integers(10, 99), st.integers(20, 99), st.integers(10, 99), st.integers(0, 9999), st.booleans())
@settings(max_examples=200, deadline=None)
def test_organisation_numbers_are_left_alone(group: int, month: int, third: int, last: int, century: bool) -> None:
    """An organisation number has at least 20 where a person has the month, and is no personal data."""
    text = f"bolaget {group}{month}{third}-{last:04} i Falun"
    assert mask(text, MASKS) == (text, False)


LEFT_ALONE = [
    "556703-7485",
    "org.nr 2120002254",
    "dnr RD 2015/181",
    "dnr 2021-01234",
    "dnr HSN 2021/0456-3",
    "SFS 2025:400",
    "SFS 2001:453",
    "prop. 2024/25:89",
    "19 kap. 1 § SoL (2025:400)",
    "14 kap 1 § SoL 2001:453",
    "5 kap. 9 a §",
    "2026-11-21",
    "20261121",
    "2026-07",
    "2021-07-01–2027-06-30",
    "2021-2023",
    "2024/2025",
    "112",
    "1177",
    "116 123",
    "ring 113 13",
    "16 kap 4 § HSL 2017:30",
    "13 § LVM",
    "1 250 000 kr",
    "2021 - 2023",
    "31/12 2024",
    "år 2022",
    "15 kommuner",
    "12 500 kr",
    "kl 08.30",
    "kl 13:15-14:45",
    "7-8 dagar",
    "§§ 11-14",
    "90-konto",
    "avd 90",
    "1, 2 och 3",
]


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_other_numbers_are_left_alone(text: str) -> None:
    """Diary and organisation numbers, statutes, sections, dates, times, sums, 112 and 1177 are no personal data."""
    assert mask(f"se {text} där", MASKS) == (f"se {text} där", False)


@given(
    st.dates(date(1950, 1, 1), date(2030, 12, 31)),
    st.sampled_from(["%Y-%m-%d", "%Y%m%d", "%d/%m %Y", "%y%m%d", "%Y-%m"]),
)
@settings(max_examples=100, deadline=None)
def test_dates_are_left_alone(day: date, form: str) -> None:
    """A day is no personal data, however it is written."""
    text = f"gällde det {day.strftime(form)} också"
    assert mask(text, MASKS) == (text, False)


@given(st.text(max_size=300))
@settings(max_examples=200, deadline=None)
def test_masking_is_done_at_once(text: str) -> None:
    """What has been masked holds nothing more to mask, whatever was written."""
    masked, _ = mask(text, MASKS)
    assert mask(masked, MASKS) == (masked, False)


@given(identity_numbers())
@settings(max_examples=40, deadline=timedelta(seconds=5), suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_of_it_is_kept_and_the_rest_is_answered(world: World, number: str) -> None:
    """The number is in neither reply, memory nor gap; the reply warns, asks for deletion, and answers the rest."""
    mind, say = world.serving.mind, world.serving.say
    answered = take_turn(Turn(f"Patienten {number}. {ASKS}", TODAY), Remembered(), mind, say, NOW, True)
    unknown = take_turn(Turn(f"Var parkerar {number} sin cykel?", TODAY), Remembered(), mind, say, NOW, True)
    for outcome in (answered, unknown):
        kept = f"{outcome.answer!r} {outcome.memory!r} {outcome.gap!r}"
        assert number not in kept and number[-4:] not in kept.replace(outcome.answer.revision, "")
        assert outcome.answer.privacy_warning and "ta bort" in outcome.answer.text
        assert outcome.answer.notices[0].level == "privacy"
    assert answered.answer.responsible == world.ask(ASKS).responsible
    assert unknown.gap is not None and MASKS.identity in unknown.gap.question


@pytest.mark.parametrize("hidden", ["070-123 45 67", "anna.svensson@falun.se", "19121212-1212", "191212-1212"])
def test_each_sort_of_personal_data_is_warned_of(hidden: str, world: World) -> None:
    """Phones, mail addresses and identity numbers all give the warning, and do not change the answer."""
    reply = world.ask(f"{ASKS} Svara till {hidden}")
    assert reply.privacy_warning and reply.kind is Kind.RESPONSIBILITY and hidden not in reply.text


def test_a_question_without_personal_data_gives_no_warning(world: World) -> None:
    """Nothing in the corpus is taken for personal data but what the cases wrote to be so."""
    warned = [asked.id for asked in world.corpus if asked.answer.privacy_warning and asked.group != "fall"]
    assert not warned
