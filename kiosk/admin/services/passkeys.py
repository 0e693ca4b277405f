"""Passkeys: added and used through the browser's own dialogue, the person always verified by their device. Knows no request."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import webauthn
from sqlalchemy.orm import Session
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, generate_challenge
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from kiosk.admin.permissions import NotFound, NotHere, Staff
from kiosk.admin.services import entry, own_journal, second_factors
from kiosk.admin.services.entry import Entered, Keys
from kiosk.admin.services.second_factors import Proven, Wrong
from kiosk.settings import AdminSettings
from kiosk.store.doors.admin import accounts, factors
from kiosk.store.seals import keyed_hash, seal, unseal
from kiosk.store.transactions import transaction

TICKET_LASTS = timedelta(minutes=5)
_MALFORMED = (WebAuthnException, ValueError, KeyError, TypeError, AttributeError, RecursionError)


@dataclass(frozen=True)
class Party:
    """Whose passkeys these are, as browsers see it: a host name, and the origin that pages of it have."""

    id: str
    origin: str
    name: str


@dataclass(frozen=True)
class Answer:
    """What the form brought back: the sealed challenge, and what the browser's dialogue said, as JSON."""

    ticket: str = field(repr=False)
    said: str = field(repr=False)


@dataclass(frozen=True)
class Offer:
    """What the browser's dialogue is asked, and the challenge sealed for the form that brings its answer back."""

    options: str
    ticket: str = field(repr=False)


def party_for(settings: AdminSettings, asked_address: str) -> Party | None:
    """The relying party for pages of an address; None where browsers allow no passkeys.

    They want a host name, and HTTPS, except on this very machine by the name of localhost.
    """
    own = urlsplit(settings.addresses.admin)
    asked = urlsplit(asked_address)
    host = asked.hostname or ""
    if host == "localhost" and own.hostname in ("localhost", "127.0.0.1"):
        return Party(host, f"{asked.scheme}://{asked.netloc}", settings.institution.name)
    if own.scheme != "https" or host != own.hostname or _is_number(host):
        return None
    return Party(host, f"{own.scheme}://{own.netloc}", settings.institution.name)


def _is_number(host: str) -> bool:
    return ":" in host or host.replace(".", "").isdigit()


# Adding one --------------------------------------------------------------------------------------


def offer_new(session: Session, now: datetime, settings: AdminSettings, party: Party, staff: Staff) -> Offer:
    """What to ask the browser for a new passkey.

    Raises:
        NotHere: they may not add one here.
    """
    second_factors.check_may_add(session, staff)
    account = accounts.account_of(session, staff.id)
    challenge = generate_challenge()
    options = webauthn.generate_registration_options(
        rp_id=party.id,
        rp_name=f"Kiosk, {party.name}",
        user_name=account.login if account else "",
        user_display_name=staff.name,
        user_id=_handle(settings, staff.id),
        challenge=challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=_known(session, staff.id),
    )
    return Offer(webauthn.options_to_json(options), _ticket(settings, now, f"new/{staff.id}", challenge))


def add(
    session: Session,
    now: datetime,
    settings: AdminSettings,
    party: Party,
    staff: Staff,
    keys: Keys,
    answer: Answer,
    name: str,
) -> Proven | Wrong:
    """Keep a passkey that the browser made.

    Raises:
        NotHere: they may not add one here.
    """
    second_factors.check_may_add(session, staff)
    challenge = _challenge_of(settings, now, f"new/{staff.id}", answer.ticket)
    if challenge is None:
        return Wrong()
    try:
        made = webauthn.verify_registration_response(
            credential=answer.said,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            require_user_verification=True,
        )
    except _MALFORMED:
        return Wrong()
    credential = (bytes_to_base64url(made.credential_id), made.credential_public_key, made.sign_count)
    return _keep(session, now, settings, staff, keys, challenge, name, credential)


@transaction
def _keep(
    session: Session,
    now: datetime,
    settings: AdminSettings,
    staff: Staff,
    keys: Keys,
    challenge: bytes,
    name: str,
    credential: tuple[str, bytes, int],
) -> Proven | Wrong:
    second_factors.check_may_add(session, staff)
    codes = second_factors.first_codes(session, now, settings, staff)
    if not _spend(session, now, challenge) or not factors.add_passkey(session, staff.id, name, credential, now):
        session.rollback()  # recovery codes drawn for nothing must not take the place of those that are written down
        return Wrong(was_used=True)
    own_journal.write(session, now, staff.id, "passkey:add")
    return Proven(entry.prove(session, now, settings, keys), codes)


@transaction
def remove(session: Session, now: datetime, staff: Staff, passkey_id: int) -> bool:
    """Remove a passkey; False when it is the last second factor, which stays.

    Raises:
        NotHere: this is no enrolled device, or no second factor was given.
        NotFound: it is none of theirs.
    """
    if not staff.is_proven:
        raise NotHere
    mine = factors.passkeys_of(session, staff.id)
    if passkey_id not in {passkey.id for passkey in mine}:
        raise NotFound
    if len(mine) == 1 and not factors.app_of(session, staff.id):
        return False
    factors.drop_passkey(session, staff.id, passkey_id)
    own_journal.write(session, now, staff.id, "passkey:remove", "passkey", passkey_id)
    return True


# Using one ---------------------------------------------------------------------------------------


def offer_entry(
    session: Session, now: datetime, settings: AdminSettings, party: Party, staff: Staff | None = None
) -> Offer:
    """What to ask the browser for a passkey it has: one of somebody's, or, for signing in, any."""
    challenge = generate_challenge()
    options = webauthn.generate_authentication_options(
        rp_id=party.id,
        challenge=challenge,
        allow_credentials=_known(session, staff.id) if staff else None,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return Offer(webauthn.options_to_json(options), _ticket(settings, now, _entry_of(staff), challenge))


def enter(
    session: Session,
    now: datetime,
    settings: AdminSettings,
    party: Party,
    keys: Keys,
    answer: Answer,
    staff: Staff | None = None,
) -> Entered | Wrong:
    """Take a passkey: as the second factor of whoever is signed in, or to sign in with nothing else.

    Raises:
        NotHere: as a second factor, in a browser that is no enrolled device of theirs.
    """
    challenge = _challenge_of(settings, now, _entry_of(staff), answer.ticket)
    passkey = factors.find_passkey(session, _credential_id(answer.said))
    if challenge is None or passkey is None or (staff and passkey.staff_id != staff.id):
        return Wrong()
    try:
        verified = webauthn.verify_authentication_response(
            credential=answer.said,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except _MALFORMED:
        return Wrong()
    return _enter(session, now, settings, keys, challenge, passkey, verified.new_sign_count, staff)


@transaction
def _enter(
    session: Session,
    now: datetime,
    settings: AdminSettings,
    keys: Keys,
    challenge: bytes,
    passkey: factors.Passkey,
    sign_count: int,
    staff: Staff | None,
) -> Entered | Wrong:
    if not _spend(session, now, challenge):
        return Wrong(was_used=True)
    factors.count_use(session, passkey.id, sign_count, now)
    if staff:
        return entry.prove(session, now, settings, keys)
    person = accounts.Account(passkey.staff_id, passkey.staff_name)
    return entry.begin(session, now, settings, person, keys, has_second=True)


# Challenges --------------------------------------------------------------------------------------


def _ticket(settings: AdminSettings, now: datetime, purpose: str, challenge: bytes) -> str:
    text = json.dumps([now.timestamp(), bytes_to_base64url(challenge)])
    return seal(settings.factor_key, f"passkey/{purpose}", text)


def _challenge_of(settings: AdminSettings, now: datetime, purpose: str, ticket: str) -> bytes | None:
    """The challenge that a form of ours carried; None when it is older than five minutes."""
    text = unseal(settings.factor_key, f"passkey/{purpose}", ticket)
    if text is None:
        return None
    made_at, challenge = json.loads(text)
    return base64url_to_bytes(challenge) if now.timestamp() < made_at + TICKET_LASTS.total_seconds() else None


def _spend(session: Session, now: datetime, challenge: bytes) -> bool:
    return factors.spend_challenge(session, hashlib.sha256(challenge).hexdigest(), now)


def _entry_of(staff: Staff | None) -> str:
    return f"entry/{staff.id}" if staff else "entry"


def _known(session: Session, staff_id: int) -> list[PublicKeyCredentialDescriptor]:
    mine = factors.passkeys_of(session, staff_id)
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(passkey.credential_id)) for passkey in mine]


def _credential_id(said: str) -> str:
    try:
        found = json.loads(said)
    except _MALFORMED:
        return ""
    named = found.get("id") if isinstance(found, dict) else ""
    return named if isinstance(named, str) else ""


def _handle(settings: AdminSettings, staff_id: int) -> bytes:
    """What a passkey keeps of its owner: always the same bytes, which say nothing to anybody else."""
    return bytes.fromhex(keyed_hash(settings.factor_key, "passkey-owner", str(staff_id)))
