"""Settings of the test suite: overrides only."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

_state = Path(tempfile.mkdtemp(prefix="yixiantong-test-"))
os.environ["YXT_STATE_DIR"] = str(_state)
os.environ["YXT_KEYS_FILE"] = str(_state / "keys.json")
os.environ.setdefault("DATABASE_URL", f"sqlite:///{_state / 'test.sqlite3'}")

from park_workers.foundation.keys import KeyRing  # noqa: E402

KeyRing.create(_state / "keys.json")

from config.settings import *  # noqa: E402,F403
from config.settings import DATABASES, MIDDLEWARE  # noqa: E402

IS_HTTPS = False
SECURE_SSL_REDIRECT = False
SESSION_COOKIE_SECURE = False
CSRF_COOKIE_SECURE = False
ALLOWED_HOSTS = ["*"]
JOBS_INLINE = True
# Most tests sign in by force; those of the way in set these as a server has them.
REQUIRE_SECOND_FACTOR = False
CONFIRM_AGAIN_SECONDS = 0
# A test database in a file: threads and worker processes must see the same rows.
if "sqlite" in DATABASES["default"]["ENGINE"]:
    DATABASES["default"]["TEST"] = {"NAME": str(_state / "pytest.sqlite3")}
else:
    # Who waits for a lock longer than this waits for somebody who waits for him: an error says so, where a hanging build says nothing.
    DATABASES["default"]["OPTIONS"]["options"] += " -c lock_timeout=90s"
DATABASES["default"]["CONN_MAX_AGE"] = 0
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
MIDDLEWARE = [m for m in MIDDLEWARE if "whitenoise" not in m]
