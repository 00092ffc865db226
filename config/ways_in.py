"""How one-time codes and short texts leave the house, and what the ways in show; part of the settings."""

from __future__ import annotations

from datetime import timedelta

import environ

env = environ.Env()

#: console | file | gateway, or the dotted path of a class with `send(text)` (park_workers/foundation/senders)
CODE_SENDER = env.str("YXT_CODE_SENDER", default="console")
#: where the sender `file` writes; empty: sent-texts.log in the state folder
CODE_FILE = env.str("YXT_CODE_FILE", default="")
CODE_GATEWAY_URL = env.str("YXT_CODE_GATEWAY_URL", default="")
CODE_GATEWAY_KEY = env.str("YXT_CODE_GATEWAY_KEY", default="")
CODE_GATEWAY_SECRET = env.str("YXT_CODE_GATEWAY_SECRET", default="")
#: seconds for one answer of the gateway
CODE_GATEWAY_TIMEOUT = env.float("YXT_CODE_GATEWAY_TIMEOUT", default=5)
#: the address people reach the service at, for links in texts; empty: texts name no link
PUBLIC_ADDRESS = env.str("YXT_PUBLIC_ADDRESS", default="")
#: the bureau's telephone, shown wherever somebody may be stuck; empty: none is shown
HELP_PHONE = env.str("YXT_HELP_PHONE", default="")
#: how long decided requests for an account keep phone and licence
ACCOUNT_REQUEST_DAYS = env.int("YXT_ACCOUNT_REQUEST_DAYS", default=180)

#: Five wrong passwords close one account for one source, never the owner's way in from elsewhere.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True  # park_workers.SignIn and the audit log hold who came in
AXES_LOCKOUT_CALLABLE = "pages.accounts.door.locked_out"
AXES_CLIENT_IP_CALLABLE = "park_workers.services.sessions.client_address"
#: what was typed as a name may be a document number: it is counted under its keyed hash
AXES_USERNAME_CALLABLE = "pages.accounts.door.counted_name"
AXES_HTTP_RESPONSE_CODE = 429
AXES_VERBOSE = False
