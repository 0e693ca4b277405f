"""Which columns stop an import: facts about a person that Kiosk must never hold. Knows names of columns, no values."""

import re

_WORDS = frozenset(
    """
    gps latitude longitude geolocation coordinates bluetooth beacon uwb wifi ssid bssid mac imei ip device fingerprint
    useragent push phone telephone mobile cell photo photograph picture selfie face voice biometric signature
    dob birth birthday birthdate sex gender pronoun pronouns marital nationality citizenship domicile ethnicity ethnic
    race religion belief faith sexuality orientation disability disabled pregnancy pregnant maternity health medical
    certificate visa cas brp passport immigration fee fees funding funded sponsor sponsored sponsorship slc postcode kin
    emergency guardian parent parents contact contacts absence seat bench dwell checkout trail card grade grades score
    risk engagement prediction predicted
    """.split()
)
# Run together with others as well: visastatus, nationalitycode.
_BEGINNINGS = (
    "gender", "visa", "passport", "nationalit", "ethnic", "religio", "disab", "pregnan", "biometric", "geoloc", "dateofbirth",
)  # fmt: skip
_PHRASES = (
    "user agent", "wi fi", "access point", "share code", "legal name", "former name", "previous name", "birth name",
    "maiden name", "next of kin", "check out", "traffic light", "date of birth",
)  # fmt: skip
# Harmless for a module or a room, not for a person: a module has a title, a lecture a location.
_WORDS_OF_PEOPLE = frozenset(
    """
    title titles age address addresses home location note notes comment comments reason reasons mark marks image salutation
    """.split()
)
_FILES_OF_PEOPLE = frozenset({"students", "staff", "enrolments", "teaching", "tutees"})
_MEETS = ("email", "e mail", "mail")


def is_refused(kind: str, column: str) -> bool:
    """Whether this column of this file may not even be sent."""
    spaced = " ".join(re.findall(r"[a-z0-9]+", column.lower()))
    words = set(spaced.split())
    if (
        words & _WORDS
        or any(word.startswith(_BEGINNINGS) for word in words)
        or any(phrase in spaced for phrase in _PHRASES)
    ):
        return True
    is_mail = any(word in spaced for word in _MEETS)
    return kind in _FILES_OF_PEOPLE and bool(words & _WORDS_OF_PEOPLE) and not is_mail
