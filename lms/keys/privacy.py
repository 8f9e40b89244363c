from dataclasses import replace

from lms.privacy.registry import SECRET, Basis, Term, lines, register

KEY = replace(SECRET, basis=Basis.CONSENT, term=Term.KEY_BACKUP)

register("keys.wrappedkey", lines("ref master_key_id wrapped created_at", KEY))
