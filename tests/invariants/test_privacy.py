"""Personal data in a question is masked before anything is kept, and ordinary numbers are left alone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.conversation import Remembered, take_turn
from bot.ports import Turn
from knowledge.model import Kind
from knowledge.privacy import Masks, luhn, mask, masks_of, without_masks
from tests.corpus import TODAY, World

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
ASKS = "Vem ansvarar för abstinensvård?"

born = st.dates(date(1905, 1, 1), date(2026, 11, 20))
separators = st.sampled_from(["", "-", "+", " ", "–", "\u2011", " - ", "\u2212", " – ", "\u00a0", "－", "＋"])
full_width = str.maketrans("0123456789", "０１２３４５６７８９")
around = st.sampled_from(
    [
        "{}",
        "patienten {}, hur gör vi?",
        "({})",
        "pnr:{}",
        "pnr {}.",
        "{}?",
        "\n{}\n",
        "/{}/",
        "”{}”",
        "pnr{}",
        "_{}_",
        "personnummer {} och inget mer",
        "{}, {}",
        "**{}**",
        "<b>{}</b>",
        "1) {}",
        "- {}",
    ]
)


@pytest.fixture(scope="module")
def masks(world: World) -> Masks:
    """What stands in place of personal data, and the words that the knowledge has beside it."""
    return masks_of(world.serving.say, world.knowledge.cues)


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
    whole = f"{century}{ten[:6]}{draw(separators)}{ten[6:]}"
    return whole.translate(full_width) if draw(st.integers(0, 5)) == 0 else whole


@st.composite
def scattered_numbers(draw: st.DrawFn) -> str:
    """Draw an identity number with blanks, hyphens or points within its date or its last four digits."""
    day, serial = draw(born), draw(st.integers(0, 999))
    ten = control(f"{day:%y%m%d}{serial:03}")
    century = draw(st.sampled_from(["", f"{day:%Y}"[:2], f"{day:%Y}"[:2] + " "]))
    a, b = draw(st.tuples(*[st.sampled_from(["", " ", "-", ".", "/"])] * 2))
    sign = draw(st.sampled_from([" ", "-", " - ", "+", "–"]))
    last = draw(st.sampled_from([ten[6:], f"{ten[6:8]} {ten[8:]}"]))
    return f"{century}{ten[:2]}{a}{ten[2:4]}{b}{ten[4:6]}{sign}{last}"


@st.composite
def reserve_numbers(draw: st.DrawFn) -> str:
    """Draw a reserve number: a birth date and a letter in place of a digit of the birth number."""
    day = draw(born)
    last = draw(st.from_regex(r"[TRAXK][0-9]{3}|TF[0-9]{2}|[0-9]{3}[A-Z]|[0-9][A-Z][0-9]{2}", fullmatch=True))
    whole = f"{day:%Y%m%d}{draw(st.sampled_from(['-', '', ' ']))}{last}"
    return draw(st.sampled_from([whole, f"{day:%y%m%d}{draw(st.sampled_from(['-', '+', '–', '']))}{last}"]))


@st.composite
def phone_numbers(draw: st.DrawFn) -> str:
    """Draw a phone number of seven digits or more, as people write them."""
    start = draw(
        st.sampled_from(["070", "073", "023", "0243", "08", "+46 70", "+46(0)23", "0046 70", "+4670", "+46 (0)70"])
    )
    rest = draw(st.integers(4_500_000, 9_999_999))
    shape = draw(
        st.sampled_from(
            [
                "{0}{1}{2}{3}",
                "{0}-{1} {2} {3}",
                "{0}-{1}{2}{3}",
                "{0} {1} {2} {3}",
                "{0} - {1}{2}{3}",
                "{0}.{1}.{2}.{3}",
                "{0}/{1} {2} {3}",
                "{0}–{1} {2} {3}",
                "{0}-{1}-{2}-{3}",
            ]
        )
    )
    digits = str(rest)
    return str(shape.format(start, digits[:3], digits[3:5], digits[5:]))


@given(identity_numbers(), around)
@settings(derandomize=True, max_examples=400, deadline=None)
def test_identity_numbers_are_masked_however_they_are_written(masks: Masks, number: str, sentence: str) -> None:
    """With and without century, hyphen, plus or space, personal and coordination numbers are masked whole."""
    masked, found = mask(sentence.format(number, number), masks)
    assert found and masked == sentence.format(*[masks.identity] * 2)


@given(scattered_numbers())
@settings(derandomize=True, max_examples=400, deadline=None)
def test_identity_numbers_are_masked_however_they_are_spaced(masks: Masks, number: str) -> None:
    """ "8507 12-1236", "19 850712 1236", "85.07.12-12 36": no digit of the number is left."""
    masked, found = mask(f"patienten {number}, hur gör vi?", masks)
    assert found and not any(char.isdigit() for char in masked), masked


@given(reserve_numbers(), around)
@settings(derandomize=True, max_examples=200, deadline=None)
def test_reserve_numbers_are_masked(masks: Masks, number: str, sentence: str) -> None:
    """Reserve numbers, with a letter among the last four, are masked."""
    masked, found = mask(sentence.format(number, number), masks)
    assert found and masked == sentence.format(*[masks.identity] * 2)


MISTYPED = [
    "850101-1234",
    "19850101-1234",
    "198501011234",
    "850101+1234",
    "850161-1234",
    "1985-01-01-1234",
    "19850101 1234",
    "191212-1212",
    "19 850101 1234",
    "8507 12-1234",
    "85 07 12 - 1234",
    "850712–1234",
    "８５０７１２－１２３４",
    "850712-T012",
    "19850712A123",
    "850712TF12",
    "198507121234",
    "850772-1234",
    "991985071234",
]


@pytest.mark.parametrize("number", MISTYPED)
def test_a_number_with_a_wrong_control_digit_is_masked_too(masks: Masks, number: str) -> None:
    """People mistype and make numbers up: a date with four digits after it is enough where nothing else is likely."""
    assert mask(f"patienten {number} väntar", masks) == ("patienten [personnummer] väntar", True)


@given(phone_numbers())
@settings(derandomize=True, max_examples=300, deadline=None)
def test_phone_numbers_are_masked(masks: Masks, number: str) -> None:
    """Phone numbers of seven digits or more are masked, in any grouping."""
    apart = "," if "/" in number else "/"
    for text in (
        f"ring {number} tack",
        f"tel:{number}",
        f"{number} {number}",
        f"{number}{apart}{number}.",
        f"t{number}",
    ):
        masked, found = mask(text, masks)
        assert found and not any(char.isdigit() for char in masked), (text, masked)


@given(st.emails())
@settings(derandomize=True, max_examples=200, deadline=None)
def test_mail_addresses_are_masked(masks: Masks, address: str) -> None:
    """Whatever is an e-mail address by the rules of e-mail is found, and nothing of it can be written to."""
    masked, found = mask(f"skriv till {address} tack", masks)
    assert found and address not in masked


@pytest.mark.parametrize(
    "address", ["anna.svensson@falun.se", "Anna@regiondalarna.se", "a_b+c@socialtjänsten.nu", "åsa.öberg@mora.se"]
)
def test_ordinary_mail_addresses_are_masked_whole(masks: Masks, address: str) -> None:
    """An everyday address leaves nothing behind."""
    assert mask(f"mejla {address}.", masks)[0] == "mejla [e-postadress]."


@given(st.integers(10, 99), st.integers(20, 99), st.integers(10, 99), st.integers(0, 9999), st.booleans())
@settings(derandomize=True, max_examples=200, deadline=None)
def test_organisation_numbers_are_left_alone(
    masks: Masks, group: int, month: int, third: int, last: int, century: bool
) -> None:
    """An organisation number has at least 20 where a person has the month, and is no personal data."""
    text = f"bolaget {group}{month}{third}-{last:04} i Falun"
    assert mask(text, masks) == (text, False)


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
    "RD21/00517",
    "dnr RD21/00517",
    "dnr 2024:1234",
    "dnr. 2024-123456",
    "HSN 2021/0456-3",
    "LD 15/01234",
    "232100-0180",
    "orgnr: 232100-0180",
    "16232100-0180",
    "ärende 12345678",
    "avvikelse nr 1234567",
    "bg 5050-1055",
    "kl 08.30-16.30",
    "0800-1700",
    "08:30-16:30",
    "2021-07-01 - 2024",
    "2026-11-21 1300",
    "20261121 1300",
    "20261121 kl10",
    "20240101-20241231",
    "240101-241231",
    "2024-01-01 2024-12-31",
    "1 250 000",
    "2 000 000 - 3 000 000 kr",
    "01.02.2024",
    "version 1.2.3.4",
    "0,1234567",
    "rum 1234, plan 5",
    "avd 65 och 66",
    "116 117",
    "114 14",
    "SOSFS 2014:5",
    "9 kap. 11 §",
    "ring 1177 eller 112",
]


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_other_numbers_are_left_alone(masks: Masks, text: str) -> None:
    """Diary and organisation numbers, statutes, sections, dates, times, sums, 112 and 1177 are no personal data."""
    assert mask(f"se {text} där", masks) == (f"se {text} där", False)


@given(
    st.dates(date(1950, 1, 1), date(2030, 12, 31)),
    st.sampled_from(["%Y-%m-%d", "%Y%m%d", "%d/%m %Y", "%y%m%d", "%Y-%m"]),
)
@settings(derandomize=True, max_examples=100, deadline=None)
def test_dates_are_left_alone(masks: Masks, day: date, form: str) -> None:
    """A day is no personal data, however it is written."""
    text = f"gällde det {day.strftime(form)} också"
    assert mask(text, masks) == (text, False)


@given(
    st.integers(1990, 2030),
    st.integers(0, 99999),
    st.sampled_from(["/", ":", "-"]),
    st.sampled_from(["dnr {}", "diarienr {}", "dnr RD {}", "RD{}", "HSN {}", "SFS {}", "lagen ({})", "prop. {}"]),
)
@settings(derandomize=True, max_examples=200, deadline=None)
def test_case_and_statute_numbers_are_left_alone(masks: Masks, year: int, number: int, sign: str, form: str) -> None:
    """A year and a number of a case or statute is no personal data, whichever sign stands between."""
    text = f"enligt {form.format(f'{year}{sign}{number:04}')} gäller det"
    assert mask(text, masks) == (text, False)


@given(st.integers(0, 23), st.integers(0, 59), st.integers(0, 23), st.sampled_from([".", ":", ""]))
@settings(derandomize=True, max_examples=100, deadline=None)
def test_opening_hours_are_left_alone(masks: Masks, hour: int, minute: int, until: int, sign: str) -> None:
    """From one time of the day to another is no phone number."""
    text = f"öppet {hour:02}{sign}{minute:02}-{until:02}{sign}00 i dag"
    assert mask(text, masks) == (text, False)


@given(st.integers(1, 999), st.integers(0, 999), st.integers(0, 999), st.sampled_from([" kr", " kronor", "", " tkr"]))
@settings(derandomize=True, max_examples=100, deadline=None)
def test_amounts_are_left_alone(masks: Masks, million: int, thousand: int, one: int, unit: str) -> None:
    """An amount with its thousands apart is no phone number."""
    text = f"budget {million} {thousand:03} {one:03}{unit} per år"
    assert mask(text, masks) == (text, False)


@given(st.text("0123456789 -+./:()ab", max_size=60))
@settings(derandomize=True, max_examples=300, deadline=None)
def test_masking_digits_is_done_at_once(masks: Masks, text: str) -> None:
    """However digits and signs are strewn, what has been masked holds nothing more to mask."""
    masked, _ = mask(text, masks)
    assert mask(masked, masks) == (masked, False)


@given(st.text(max_size=300))
@settings(derandomize=True, max_examples=200, deadline=None)
def test_masking_is_done_at_once(masks: Masks, text: str) -> None:
    """What has been masked holds nothing more to mask, whatever was written."""
    masked, _ = mask(text, masks)
    assert mask(masked, masks) == (masked, False)


@given(identity_numbers())
@settings(
    derandomize=True,
    max_examples=40,
    deadline=timedelta(seconds=5),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_nothing_of_it_is_kept_and_the_rest_is_answered(world: World, masks: Masks, number: str) -> None:
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
    assert unknown.gap is not None and masks.identity in unknown.gap.question


@pytest.mark.parametrize("hidden", ["070-123 45 67", "anna.svensson@falun.se", "19121212-1212", "191212-1212"])
def test_each_sort_of_personal_data_is_warned_of(hidden: str, world: World) -> None:
    """Phones, mail addresses and identity numbers all give the warning, and do not change the answer."""
    reply = world.ask(f"{ASKS} Svara till {hidden}")
    assert reply.privacy_warning and reply.kind is Kind.RESPONSIBILITY and hidden not in reply.text


LABELLED = [
    "Pat 850712-1234 tel 070-123 45 67, vem ansvarar för abstinensvård?",
    "Patientens personnummer är 850712-1234. Vem ansvarar för abstinensvård?",
    "pnr: 850712-1234, vem ansvarar för abstinensvård?",
    "samordningsnummer 850772-1234 vem ansvarar för abstinensvård",
    "reservnr 850712-T012, vem ansvarar för abstinensvård?",
    "Vem ansvarar för abstinensvård? Ring mig på mobilen 070-123 45 67",
    "Vem ansvarar för abstinensvård, ni når mig på tfn: 023-490000",
    "vem ansvarar för abstinensvård, mejla svar till anna.svensson@falun.se",
    "vem ansvarar för abstinensvård (mejladress: a.b@falun.se, mobilnr 0701234567)",
    "Vem ansvarar för abstinensvård för patient 850712-1234?",
    "070-123 45 67 är hennes telefonnummer, vem ansvarar för abstinensvård?",
    "0701234567 (mobil). Vem ansvarar för abstinensvård?",
    "Anna Svensson 19850712-1234, telfonnummer 070-1234567, vem ansvarar för abstinensvård?",
    "vem ansvarar för abstinensvård tel 070-123 45 67 eller mobil 073-123 45 67",
]


@pytest.mark.parametrize("text", LABELLED)
def test_the_word_for_what_was_masked_is_no_question(world: World, text: str) -> None:
    """ "tel", "personnummer" and the like beside what was masked leave the rest to be answered as it stands."""
    reply = world.ask(text)
    assert (reply.responsible, reply.privacy_warning) == (world.ask(ASKS).responsible, True)


def test_only_what_announces_is_taken_away_with_it(world: World, masks: Masks) -> None:
    """A subject beside what was masked stays what the question is about, and so does a label without a number."""
    near = world.serving.mind.lexicon.near
    assert without_masks("vem sköter parkeringen [telefonnummer]?", masks, near) == "vem sköter parkeringen  ?"
    assert without_masks("mobil [telefonnummer]. vem betalar mobil?", masks, near) == " . vem betalar mobil?"
    assert without_masks("[telefonnummer], telefonen ringer", masks, near) == " , telefonen ringer"


def test_a_question_without_personal_data_gives_no_warning(world: World) -> None:
    """Nothing in the corpus is taken for personal data but what the cases wrote to be so."""
    warned = [asked.id for asked in world.corpus if asked.answer.privacy_warning and asked.group != "fall"]
    assert not warned
