"""Sending a batch with a receiver's help: encrypted, by two people, its receipt, and the package's end."""

from __future__ import annotations

import csv
import io
import subprocess
import zipfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from sqlalchemy import select

from election.poll_cards import batch_rules, making
from election.poll_cards.acts import replace as replace_card
from election.poll_cards.batch_records import whereabouts
from election.poll_cards.batch_rules import BatchKind, Channel, Outcome, read_receipt
from election.poll_cards.certificate import receiver_of
from election.poll_cards.dispatch_acts import Reported, discard_dispatch, take_receipt
from election.poll_cards.packing import make_dispatch, package_path
from election.poll_cards.read_back import read_codes
from election.poll_cards.records import CardDispatch, CardOutcome
from registry.act import Act, Installation
from registry.audit.records import LogEntry
from registry.findings import Refused
from registry.residents.progress import Progress
from tests.election.poll_cards.batched import ADMIN, KEEPER, batch, card_of, finished, issued, opened
from tests.scenarios import CLOSED_AT, Played

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


def certificate(key: Key, *, begins: datetime = CLOSED_AT - timedelta(days=1), days: int = 30) -> str:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Fjernprint Prøve A/S")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(7).not_valid_before(begins).not_valid_after(begins + timedelta(days=days))
    return builder.sign(key, SHA256()).public_bytes(Encoding.PEM).decode()


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@dataclass(frozen=True, slots=True)
class Sent:
    """A dispatch, and what the receiver finds in it with openssl."""

    dispatch_id: UUID
    files: dict[str, bytes]

    @property
    def index(self) -> list[list[str]]:
        return list(csv.reader(io.StringIO(self.files["indeks.csv"].decode()), delimiter=";"))

    @property
    def references(self) -> list[str]:
        return [row[0] for row in self.index[1:]]


def send(played: Played, batch_id: UUID, key: rsa.RSAPrivateKey, folder: Path, act: Act | None = None) -> Sent:
    act = act or played.act(KEEPER, second=ADMIN)
    pem = certificate(key)
    made = make_dispatch(*played.by, act, played.election_id, batch_id, Channel.DIGITAL_POST, pem)
    with played.installation.database.read() as session:
        row = session.scalars(select(CardDispatch).where(CardDispatch.id == made)).one()
    return Sent(made, decrypted(package_path(played.installation, played.read(), row), key, folder))


def decrypted(package: Path, key: rsa.RSAPrivateKey, folder: Path) -> dict[str, bytes]:
    """By another program: the receiver's own openssl."""
    private = folder / "key.pem"
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    found = {}
    with zipfile.ZipFile(package) as archive:
        for name in archive.namelist():
            command = ["openssl", "cms", "-decrypt", "-binary", "-inform", "DER", "-inkey", str(private)]
            opened_ = subprocess.run(command, input=archive.read(name), capture_output=True, check=True)
            found[name.removesuffix(".p7m")] = opened_.stdout
    return found


def receipt(sent: Sent, failed: int = 0) -> bytes:
    lines = [f"{one};{'failed' if place < failed else 'sent'}" for place, one in enumerate(sent.references)]
    return ("\ufeffreference;status\r\n" + "\r\n".join(lines) + "\r\n").encode()


def take(played: Played, sent: Sent, data: bytes) -> Reported:
    return take_receipt(*played.by, played.act(ADMIN), played.election_id, sent.dispatch_id, data)


# --- the package --------------------------------------------------------------------------------------------


def test_the_receiver_finds_every_card_with_its_cpr_part_and_page_and_nobody_else_finds_anything(
    installation: Installation, key: rsa.RSAPrivateKey, tmp_path: Path
) -> None:
    played = issued(installation)
    made = finished(played)
    sent = send(played, made, key, tmp_path)
    assert set(sent.files) == {"indeks.csv", "del-001.pdf"}
    assert sent.files["del-001.pdf"] == opened(played, made).pdf(1)
    head, *rows = sent.index
    assert head == ["reference", "cpr", "part", "page"]
    assert sorted(row[1] for row in rows) == sorted(person.cpr for person in played.people)
    assert [row[2:] for row in rows] == [["1", str(page)] for page in range(1, 7)]
    assert len(set(sent.references)) == 6
    assert installation.sealed is not None
    for path in installation.sealed.folder.rglob("*.zip"):
        data = path.read_bytes()
        assert not any(person.cpr.encode() in data for person in played.people)
        assert b"%PDF" not in data
        assert path.stat().st_mode & 0o077 == 0
    with installation.database.read() as session:
        (body,) = [one for one in session.scalars(select(LogEntry.body)) if b'"poll_cards.dispatch"' in one]
    assert not any(person.cpr.encode() in body for person in played.people)
    assert b"Fjernprint Pr" in body


def test_the_page_in_the_index_shows_the_card_of_that_person(
    installation: Installation, key: rsa.RSAPrivateKey, tmp_path: Path
) -> None:
    played = issued(installation)
    sent = send(played, finished(played), key, tmp_path)
    by_cpr = {person.cpr: f"{person.first_names} {person.surname}" for person in played.people}
    pages = read_codes(sent.files["del-001.pdf"], [1] * 6)
    assert None not in pages
    import pypdf

    shown = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(sent.files["del-001.pdf"])).pages]
    for row in sent.index[1:]:
        assert by_cpr[row[1]] in shown[int(row[3]) - 1]


def test_a_card_replaced_after_it_was_printed_is_not_in_the_index(
    installation: Installation, key: rsa.RSAPrivateKey, tmp_path: Path
) -> None:
    played = issued(installation)
    made = finished(played)
    lines = list(opened(played, made).lines())
    gone = next(one for one in lines if one.line.card_id == card_of(played, played.entries[2]).id)
    replace_card(*played.by, played.act(KEEPER), played.election_id, played.entries[2])
    sent = send(played, made, key, tmp_path)
    assert [int(row[3]) for row in sent.index[1:]] == [n for n in range(1, 7) if n != gone.page]
    take(played, sent, receipt(sent))
    with installation.database.read() as session:
        where = whereabouts(session, played.read())
    assert (where.sent, where.left_out, where.cards, where.adds_up) == (5, 1, 6, True)


def test_the_same_request_sends_once_and_another_is_refused_while_it_stands(
    installation: Installation, key: rsa.RSAPrivateKey, tmp_path: Path
) -> None:
    played = issued(installation)
    made = finished(played)
    act = played.act(KEEPER, second=ADMIN)
    one = send(played, made, key, tmp_path, act)
    assert send(played, made, key, tmp_path, act).dispatch_id == one.dispatch_id
    with pytest.raises(Refused, match="R445"):
        send(played, made, key, tmp_path)
    assert installation.sealed is not None
    assert len(list(installation.sealed.folder.rglob("*.zip*"))) == 1


def test_one_person_alone_an_unfinished_batch_and_protected_people_are_refused_and_nothing_is_left(
    installation: Installation, key: rsa.RSAPrivateKey, tmp_path: Path
) -> None:
    played = issued(installation, 6, protected=frozenset({2}))
    hidden = finished(played, BatchKind.PROTECTED)
    with pytest.raises(Refused, match="R441"):
        send(played, hidden, key, tmp_path)
    made = batch(played)
    with pytest.raises(Refused, match="R440"):
        send(played, made, key, tmp_path)
    making.make_parts(making.Job(*played.by, played.act(KEEPER), played.election_id, made), Progress())
    for second in (None, KEEPER):
        with pytest.raises(Refused, match="R006"):
            send(played, made, key, tmp_path, played.act(KEEPER, second=second))
    with pytest.raises(Refused, match="R002"):
        send(played, made, key, tmp_path, played.act(KEEPER, second="enterer"))
    assert installation.sealed is not None
    assert list(installation.sealed.folder.rglob("*.zip*")) == []


# --- the certificate ----------------------------------------------------------------------------------------


def test_only_a_valid_certificate_with_a_strong_rsa_key_is_taken(key: rsa.RSAPrivateKey) -> None:
    good = certificate(key)
    found = receiver_of(good, CLOSED_AT)
    assert found.name == "CN=Fjernprint Prøve A/S"
    expected = subprocess.run(
        ["openssl", "x509", "-noout", "-fingerprint", "-sha256"],
        input=good.encode(),
        capture_output=True,
        check=True,
    )
    assert expected.stdout.decode().strip().endswith("=" + found.fingerprint)
    weak = rsa.generate_private_key(65537, 1024)
    bad = {
        "": "R442",
        "hello": "R442",
        good[:300]: "R442",
        good * 20: "R442",
        certificate(key, begins=CLOSED_AT + timedelta(days=1)): "R443",
        certificate(key, begins=CLOSED_AT - timedelta(days=31)): "R443",
        certificate(ec.generate_private_key(ec.SECP256R1())): "R444",
        certificate(weak): "R444",
    }
    for pem, code in bad.items():
        with pytest.raises(Refused) as refused:
            receiver_of(pem, CLOSED_AT)
        assert refused.value.kind.code == code


# --- the receipt --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "bad"),
    [
        (["a;sent", "b;failed"], []),
        (["reference;status", '"a";"sent"', "", "B;FAILED"], []),
        (["a;sent"], [(0, batch_rules.MISSING, 1)]),
        (
            ["a;sent", "c;sent", "a;failed", "b;lost", "b"],
            [
                (2, batch_rules.UNKNOWN_REFERENCE, None),
                (3, batch_rules.TWICE, None),
                (4, batch_rules.UNKNOWN_STATUS, None),
                (5, batch_rules.NOT_TWO_CELLS, None),
            ],
        ),
        (["a;sent", "reference;status", "b;sent"], [(2, batch_rules.UNKNOWN_REFERENCE, None)]),
    ],
)
def test_every_bad_line_of_a_receipt_is_named(lines: list[str], bad: list[tuple[int, str, int | None]]) -> None:
    found = read_receipt("\n".join(lines).encode(), {"a", "b"}, 2)
    assert [(one.line, one.why, one.number) for one in found.bad] == bad
    if not bad:
        assert found.outcomes == {"a": Outcome.SENT, "b": Outcome.FAILED}


def test_a_receipt_that_is_no_text_is_one_bad_line() -> None:
    assert [one.why for one in read_receipt(b"\xff\xfe\x00", {"a"}, 1).bad] == [batch_rules.NO_TEXT]


def test_one_bad_line_takes_none_and_a_whole_receipt_adds_up(
    installation: Installation, key: rsa.RSAPrivateKey, tmp_path: Path
) -> None:
    """6 cards: 4 sent, 2 failed; the 2 go into a paper batch. 4 + 0 + 2 = 6 then, and a second receipt is none."""
    played = issued(installation)
    sent = send(played, finished(played), key, tmp_path)
    with installation.database.read() as session:
        assert whereabouts(session, played.read()).under_way == 6
    for data in (receipt(sent) + b"x;sent\r\n", receipt(sent).replace(b";sent", b";gone", 1), b""):
        with pytest.raises(Refused, match="R447"):
            take(played, sent, data)
    with installation.database.read() as session:
        assert session.scalars(select(CardOutcome)).all() == []
    assert take(played, sent, receipt(sent, failed=2)) == Reported(4, 2)
    with pytest.raises(Refused, match="R448"):
        take(played, sent, receipt(sent))
    with installation.database.read() as session:
        where = whereabouts(session, played.read())
    assert (where.sent, where.failed, where.on_paper, where.cards, where.adds_up) == (4, 2, 0, 6, True)
    paper = finished(played)
    assert sum(part.cards for part in opened(played, paper).parts) == 2
    with installation.database.read() as session:
        where = whereabouts(session, played.read())
    assert (where.sent, where.failed, where.on_paper, where.cards, where.adds_up) == (4, 0, 2, 6, True)
    with pytest.raises(Refused, match="R433"):
        batch(played)


def test_the_package_is_deleted_and_says_so_and_the_figures_stay(
    installation: Installation, key: rsa.RSAPrivateKey, tmp_path: Path
) -> None:
    played = issued(installation)
    sent = send(played, finished(played), key, tmp_path)
    take(played, sent, receipt(sent))
    assert discard_dispatch(*played.by, played.act(ADMIN), played.election_id, sent.dispatch_id)
    assert installation.sealed is not None
    assert list(installation.sealed.folder.rglob("*.zip*")) == []
    with installation.database.read() as session:
        row = session.scalars(select(CardDispatch)).one()
        assert row.deleted_at is not None
        with pytest.raises(Refused, match="R446"):
            package_path(installation, played.read(), row)
        assert whereabouts(session, played.read()).sent == 6
    with pytest.raises(Refused, match="R449"):
        discard_dispatch(*played.by, played.act(ADMIN), played.election_id, sent.dispatch_id)
    with pytest.raises(Refused, match="R446"):
        discard_dispatch(*played.by, played.act(ADMIN), played.election_id, uuid4())


def test_a_package_that_was_never_sent_is_deleted_and_the_batch_sent_anew_under_other_references(
    installation: Installation, key: rsa.RSAPrivateKey, tmp_path: Path
) -> None:
    played = issued(installation)
    made = finished(played)
    first = send(played, made, key, tmp_path)
    discard_dispatch(*played.by, played.act(ADMIN), played.election_id, first.dispatch_id)
    second = send(played, made, key, tmp_path)
    assert not set(first.references) & set(second.references)
    with pytest.raises(Refused, match="R447"):
        take(played, second, receipt(first))
    assert take(played, second, receipt(second)) == Reported(6, 0)
