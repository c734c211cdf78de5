"""The resident extract: what is read, what is refused, and that every bad line is named."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.residents.extract import NAMES, ExtractReport, read_extract
from registry.residents.rules import ResidentStatus

DATA = Path(__file__).parents[3] / "../shared/data/residents"
DAY = date(2017, 11, 1)
GOOD = {
    "cpr": "0203804321",
    "first_names": "Amina Noor",
    "surname": "Ali",
    "address": "Ellemarken 12, 2. tv",
    "postal_code": "4600",
    "city": "Køge",
    "municipality": "0259",
    "moved_in": "2011-05-01",
    "resident_in_dk_since": "17-03-2009",
    "citizenship": "so",
    "birth_country": "SO",
    "mother_birth_country": "SO",
    "father_birth_country": "",
    "mother_citizenship": "SO",
    "father_citizenship": "",
    "protected": "0",
    "status": "resident",
    "status_since": "2011-05-01",
    "polling_district": "Hastrup",
}


def line_of(**changes: str) -> str:
    return ";".join({**GOOD, **changes}.values())


def file_of(*lines: str, header: str = ";".join(GOOD)) -> bytes:
    return "".join(line + "\r\n" for line in (header, *lines)).encode()


def read(*lines: str) -> ExtractReport:
    return read_extract(file_of(*lines), extract_date=DAY)


def told(report: ExtractReport) -> list[tuple[int, str, str]]:
    assert report.rows_in == report.rows_accepted + report.rows_rejected
    return [(problem.line, problem.column, problem.code) for problem in report.problems]


def test_a_good_row_is_read_whole() -> None:
    report = read(line_of())
    assert told(report) == []
    row = report.rows[0]
    assert (row.cpr, row.born_on, row.line) == ("0203804321", date(1980, 3, 2), 2)
    assert (row.first_names, row.surname, row.city) == ("Amina Noor", "Ali", "Køge")
    assert (row.moved_in_on, row.resident_in_dk_since_on) == (date(2011, 5, 1), date(2009, 3, 17))
    assert (row.citizenship, row.father_birth_country) == ("SO", "")
    assert (row.is_protected, row.status) == (False, ResidentStatus.RESIDENT)
    assert (row.municipality, row.polling_district) == ("0259", "Hastrup")


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        ("cpr", "", "F131"),
        ("cpr", "020380432", "F121"),
        ("cpr", "02038-4321", "F121"),
        ("cpr", "020380 4321", "F120"),
        ("cpr", "٠٢٠٣٨٠٤٣٢١", "F120"),
        ("cpr", "3102804321", "F122"),
        ("cpr", "0211174321", "F123"),
        ("cpr", "6203804321", "F122"),
        ("moved_in", "", "F131"),
        ("moved_in", "2011-02-29", "F125"),
        ("moved_in", "20110501", "F125"),
        ("moved_in", "1/5/2011", "F125"),
        ("moved_in", "2017-11-02", "F126"),
        ("resident_in_dk_since", "2017-11-02", "F126"),
        ("status_since", "02-11-2017", "F126"),
        ("municipality", "259", "F127"),
        ("municipality", "", "F131"),
        ("municipality", "02590", "F127"),
        ("citizenship", "SOM", "F128"),
        ("birth_country", "5", "F128"),
        ("father_citizenship", "Æ1", "F128"),
        ("protected", "", "F131"),
        ("protected", "ja", "F129"),
        ("status", "resident!", "F130"),
        ("status", "", "F131"),
        ("address", "", "F132"),
        ("city", " ", "F132"),
        ("first_names", "Ali\u202eilA", "F116"),
        ("first_names", "Ali\x07", "F116"),
        ("surname", "x" * 301, "F115"),
    ],
)
def test_a_bad_cell_is_named_by_line_and_column(column: str, cell: str, code: str) -> None:
    if code == "F123":  # the seventh digit 4 makes 1917 and 5 makes 2017: the day after the extract
        cell = "0211175321"
    report = read(line_of(cpr="0203804322"), line_of(**{column: cell}))
    assert told(report) == [(3, column, code)]
    assert report.rows_accepted == 1
    assert "linje 3" in report.problems[0].text.lower()


def test_a_protected_person_needs_no_address() -> None:
    report = read(line_of(protected="1", address="", postal_code="", city=""))
    assert told(report) == []
    assert report.rows[0].is_protected


def test_one_of_the_names_may_be_empty_but_not_both() -> None:
    assert told(read(line_of(first_names=""))) == []
    assert told(read(line_of(first_names="", surname=""))) == [(2, "surname", "F131")]


def test_born_and_moved_in_on_the_day_of_the_extract_is_accepted() -> None:
    born_that_day = "0111175321"
    report = read(line_of(cpr=born_that_day, moved_in="2017-11-01", status_since="2017-11-01"))
    assert told(report) == []
    assert report.rows[0].born_on == DAY


def test_the_same_cpr_twice_names_both_lines_and_keeps_neither() -> None:
    """Lines 2 and 4 are the same person, once with a dash; line 3 is another: 3 in, 1 accepted, 2 rejected."""
    report = read(line_of(), line_of(cpr="0203804322"), line_of(cpr="020380-4321"))
    assert told(report) == [(2, "cpr", "F124"), (4, "cpr", "F124")]
    assert "linje 4" in report.problems[0].text
    assert "linje 2" in report.problems[1].text
    assert [row.line for row in report.rows] == [3]


def test_the_same_cpr_three_times_rejects_all_three() -> None:
    report = read(line_of(), line_of(), line_of())
    assert [line for line, _, _ in told(report)] == [2, 3, 4]
    assert (report.rows_in, report.rows_rejected) == (3, 3)


def test_no_text_repeats_a_cpr_number() -> None:
    shifted = line_of().removesuffix(";Hastrup")
    report = read(line_of(), line_of(), "Ali;" + shifted, shifted, line_of(municipality="0203804321"))
    assert len(report.problems) >= 4
    assert not any("0203804321" in problem.text for problem in report.problems)


def test_physical_lines_are_counted_also_inside_quotation_marks() -> None:
    """The first person takes lines 2 and 3, so the bad one stands in line 4."""
    report = read(line_of(address='"Ellemarken 12\r\n2. tv"', cpr="0203804322"), line_of(municipality="259"))
    assert told(report) == [(4, "municipality", "F127")]
    assert report.rows[0].address == "Ellemarken 12 2. tv"


def test_a_stray_quotation_mark_costs_one_row_not_the_rest() -> None:
    report = read(
        line_of(cpr="0203804322"),
        line_of(address='"Ellemarken 12'),
        line_of(cpr="0203804323", address='"Elmevej 3, ""bag"""'),
        line_of(cpr="0203804324", address='"Elmevej" 3'),
    )
    assert told(report) == [(3, "", "F111"), (5, "", "F112")]
    assert [row.address for row in report.rows][1] == 'Elmevej 3, "bag"'


def test_a_quotation_mark_that_a_later_row_happens_to_close_is_still_one_bad_row() -> None:
    report = read(line_of(polling_district='"Hastrup'), line_of(cpr="0203804322", polling_district='x"'))
    assert told(report) == [(2, "", "F111")]
    assert [row.line for row in report.rows] == [3]


def test_blank_lines_are_no_rows_but_are_counted_as_lines() -> None:
    report = read("", line_of(), "", line_of(municipality="259", cpr="0203804322"), "")
    assert told(report) == [(5, "municipality", "F127")]
    assert report.rows_in == 2


@pytest.mark.parametrize("cut", [10, 60, len(line_of()) - 15])
def test_a_truncated_extract_names_the_line_that_is_cut(cut: int) -> None:
    whole = file_of(line_of(), line_of(cpr="0203804322"))
    report = read_extract(whole[: len(file_of(line_of())) + cut], extract_date=DAY)
    assert told(report) == [(3, "", "F110")]
    assert report.rows_accepted == 1
    assert [warning.code for warning in report.warnings] == ["W133"]


def test_an_extract_cut_inside_quotation_marks_is_cut_off() -> None:
    data = file_of(line_of()) + b'0203804322;Amina;Ali;"Ellema'
    assert told(read_extract(data, extract_date=DAY)) == [(3, "", "F110")]


def test_a_last_line_without_line_break_is_read_with_a_warning() -> None:
    report = read_extract(file_of(line_of()).rstrip(b"\r\n"), extract_date=DAY)
    assert told(report) == []
    assert [(warning.line, warning.code) for warning in report.warnings] == [(2, "W133")]


def test_too_few_and_too_many_cells_in_the_middle() -> None:
    short, wide = line_of().removesuffix(";Hastrup"), line_of() + ";x"
    assert told(read(short, wide, line_of())) == [(2, "", "F113"), (3, "", "F114")]


def test_columns_may_stand_in_any_order_and_in_upper_case() -> None:
    names = list(reversed(GOOD))
    data = file_of(";".join(GOOD[name] for name in names), header=";".join(names).upper())
    report = read_extract(data, extract_date=DAY)
    assert told(report) == []
    assert report.rows == read(line_of()).rows


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("separator", [";", ","])
def test_separator_encoding_and_line_end_are_detected(separator: str, encoding: str, newline: str) -> None:
    cells = [f'"{cell}"' if "," in cell else cell for cell in GOOD.values()]
    text = newline.join((separator.join(GOOD), separator.join(cells))) + newline
    report = read_extract(text.encode(encoding), extract_date=DAY)
    assert told(report) == []
    assert report.separator == separator
    assert report.rows == read(line_of()).rows


def test_a_few_damaged_bytes_in_utf_8_do_not_turn_the_file_into_another_encoding() -> None:
    good, bad = line_of(city="Køge"), line_of(cpr="0203804322", city="Køge")
    data = file_of(good) + bad.encode().replace("ø".encode(), b"\xc3") + b"\r\n"
    report = read_extract(data, extract_date=DAY)
    assert told(report) == [(3, "city", "F116")]
    assert (report.encoding, report.rows[0].city) == ("utf-8", "Køge")


def test_text_is_composed_and_spaces_are_single() -> None:
    report = read(line_of(first_names="Jose\u0301  \u200bMari\u0301a", city="K\u00f8ge\u00a0"))
    assert told(report) == []
    assert (report.rows[0].first_names, report.rows[0].city) == ("José María", "Køge")


@pytest.mark.parametrize(
    ("data", "code", "line"),
    [
        (b"", "F100", 1),
        (b"\xef\xbb\xbf\r\n", "F100", 1),
        (file_of(line_of()).decode().encode("utf-16"), "F101", 1),
        (b"PK\x03\x04" + bytes(50), "F101", 1),
        (file_of(line_of(), line_of(city="K\0ge")), "F102", 3),
        (file_of(line_of()).replace(b";", b"\t"), "F103", 1),
        (file_of(line_of(), header=line_of()), "F104", 1),
        (file_of(line_of(), header=";".join(GOOD).replace(";status;", ";")), "F105", 1),
        (file_of(line_of(), header=";".join(GOOD) + ";religion"), "F106", 1),
        (file_of(line_of(), header=";".join(GOOD) + ";cpr"), "F107", 1),
        (file_of(), "F108", 1),
    ],
)
def test_a_file_that_is_no_extract_is_refused_whole(data: bytes, code: str, line: int) -> None:
    report = read_extract(data, extract_date=DAY)
    assert (code, line) in [(problem.code, problem.line) for problem in report.problems]
    assert not report.is_readable
    assert (report.rows, report.rows_in, report.rows_rejected) == ((), 0, 0)
    assert "0203804321" not in "".join(problem.text for problem in report.problems)


def test_a_wholly_wrong_file_is_told_in_a_bounded_report() -> None:
    """3,000 rows with 7 problems each: every row is named, but not all 21,000 problems."""
    bad = line_of(protected="", status="", municipality="", moved_in="", citizenship="?", cpr="", city="\x07")
    report = read(*[bad] * 3000)
    assert report.rows_rejected == 3000
    assert len({problem.line for problem in report.problems}) == 3000
    assert len(report.problems) < 21_000


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("gentofte-2018", date(2018, 2, 21)),
        ("kobenhavn-2006", date(2006, 3, 6)),
        ("koege-2013-cp1252", date(2013, 11, 24)),
        ("koege-2017", date(2017, 11, 26)),
    ],
)
def test_sample_extracts_are_accepted_to_the_last_row(name: str, day: date) -> None:
    path = DATA / f"{name}.csv"
    if not path.exists():
        pytest.skip("the sample extracts are not beside the project")
    report = read_extract(path.read_bytes(), extract_date=day)
    assert told(report) == []
    assert report.rows_in == len(path.read_bytes().splitlines()) - 1
    assert report.encoding == ("windows-1252" if "cp1252" in name else "utf-8")


@given(st.binary(max_size=400), st.booleans())
@settings(max_examples=200, deadline=None)
def test_no_bytes_crash_the_reader(noise: bytes, after_header: bool) -> None:
    data = file_of(line_of()) + noise if after_header else noise
    report = read_extract(data, extract_date=DAY)
    told(report)
    assert all(problem.line >= 1 and problem.text for problem in report.problems)


_CELL = st.one_of(
    st.sampled_from(["", '"', "DK", "0259", "2017-11-27", "31-02-2010", "1", "\x00"]), st.text(max_size=8)
)


@given(st.lists(st.lists(_CELL, min_size=17, max_size=20), max_size=6), st.data())
@settings(max_examples=100, deadline=None)
def test_rows_in_are_accepted_plus_rejected(rows: list[list[str]], data: st.DataObject) -> None:
    """Every row of noise among good rows is accepted or named, and a rejected row has a problem."""
    lines = [";".join(row).encode("utf-8", "surrogatepass") for row in rows]
    lines.insert(data.draw(st.integers(0, len(lines))), line_of().encode())
    report = read_extract(b"\n".join((";".join(NAMES).encode(), *lines)) + b"\n", extract_date=DAY)
    told(report)
    if report.is_readable:
        assert report.rows_rejected == len({problem.line for problem in report.problems})
        assert not {row.line for row in report.rows} & {problem.line for problem in report.problems}


@given(st.integers(0, 2000), st.integers(0, 255))
@settings(max_examples=150, deadline=None)
def test_one_damaged_byte_rejects_at_most_the_rows_it_touches(position: int, byte: int) -> None:
    """Twelve good rows, one byte changed: no crash, and the sum holds."""
    whole = bytearray(file_of(*[line_of(cpr=f"02038043{number}") for number in range(20, 32)]))
    whole[position % len(whole)] = byte
    told(read_extract(bytes(whole), extract_date=DAY))
