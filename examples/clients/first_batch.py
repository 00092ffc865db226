"""Take the first batch of 2023 from draft to closed over the API alone, each step by the person whose step it is.

    python examples/clients/first_batch.py http://127.0.0.1:8000 log-ins.txt [number of firms, all by default]

`log-ins.txt` is what `manage.py add_person` printed for clerk_1, reviewer_1, approver_1, approver_2, finance_1 and
city_reviewer_1 on a new practice installation (docs/recipes/practise-a-batch.md).  To be run on its machine, with its
environment: the program moves the business day (`manage.py practice_day`), adds a person for each firm, and reads the
files of examples/year-2023.  Standard library only.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener, urlopen

ROOT = Path(__file__).resolve().parents[2]
YEAR = ROOT / "examples" / "year-2023"
NUMBER = "2023-HIRE-01"
SOURCE = "市级就业专项资金"


class Person:
    """Somebody who is signed in with a session of their own."""

    def __init__(self, root: str, username: str, password: str) -> None:
        self.root, self.username, self.password = f"{root.rstrip('/')}/api/v1/", username, password
        self.opener: OpenerDirector = build_opener(HTTPCookieProcessor(CookieJar()))
        self.csrf = ""
        self.csrf = self.ask("session/")["csrf_token"]
        found = self.post("session/", username=username, password=password)
        if found["next"]:
            raise SystemExit(f"{username}：还需 {found['next']}；演练请设 YXT_REQUIRE_SECOND_FACTOR=0")
        self.csrf = found["csrf_token"]

    def ask(self, path: str, body: bytes | None = None, **headers: str) -> Any:
        """GET without a body, POST with one; a refusal ends the program with its words."""
        if body is not None:
            headers = {"X-CSRFToken": self.csrf, "Idempotency-Key": str(uuid.uuid4()), "Referer": self.root, **headers}
        try:
            with self.opener.open(Request(self.root + path, body, headers), timeout=120) as answer:
                content = answer.read()
        except HTTPError as refusal:
            raise SystemExit(f"{self.username} {path}：{refusal.code} {refusal.read().decode()}") from None
        return json.loads(content) if content[:1] in b"{[" and content else content

    def post(self, path: str, *, seen: int | None = None, **fields: Any) -> Any:
        """Do something, quoting the version that was looked at where there is one."""
        headers = {"Content-Type": "application/json"}
        if seen is not None:
            headers["If-Match"] = f'"{seen}"'
        return self.ask(path, json.dumps(fields).encode(), **headers)

    def confirm(self) -> None:
        """Say again who one is, before a signature, a publication or an export."""
        self.post("session/confirmation/", password=self.password)

    def follow(self, path: str, *waiting: str) -> Any:
        """Read something until it leaves the states it waits in."""
        while (found := self.ask(path))["status"] in waiting:
            time.sleep(0.3)
        return found

    def pages(self, path: str) -> Iterator[Any]:
        """Every row of a list."""
        address: str | None = path
        while address:
            page = self.ask(address)
            yield from page["results"]
            address = page["next"] and page["next"].split("/api/v1/", 1)[1]

    def give(self, kind: str, path: Path, **fields: object) -> Any:
        """Upload a workbook, look at the preview, and have the good rows taken over."""
        edge = uuid.uuid4().hex
        parts = [
            f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in ({"sheet_kind": kind} | fields).items()
        ]
        head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{path.name}"\r\n\r\n'
        body = "".join([*parts, head]).encode() + path.read_bytes() + f"\r\n--{edge}--\r\n".encode()
        given = self.ask("uploads/", body, **{"Content-Type": f"multipart/form-data; boundary={edge}"})
        upload = self.follow(f"uploads/{given['id']}/", "uploaded")
        print(f"  {path.name}：共 {upload['rows']} 行，合格 {upload['accepted']}，错误 {upload['refused']}")
        if upload["status"] == "checked" and upload["accepted"]:
            self.post(f"uploads/{upload['id']}/confirm/", seen=upload["version"])
            upload = self.follow(f"uploads/{upload['id']}/", "confirmed")
        return upload


def passwords_in(text: str) -> dict[str, str]:
    """Log-in name -> password, from what `add_person` printed."""
    return dict(re.findall(r"^(\w+)：.*\n初始密码[^：]*：(\S+)$", text, re.M))


def day(text: str) -> None:
    """Move the practice installation on to a day."""
    print(text)
    subprocess.run([sys.executable, "manage.py", "practice_day", text], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def add_person_of(root: str, credit_code: str) -> Person:
    """A first person for a firm of the directory, as the administrator of the machine adds one; signed in."""
    command = [sys.executable, "manage.py", "add_person", credit_code, "--role", "enterprise_hr"]
    told = subprocess.run(
        [*command, "--organisation", credit_code], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return Person(root, credit_code, *passwords_in(told.stdout).values())


def wait_until_ready(root: str) -> None:
    """Until web, broker and a worker are well; right after the start it takes some seconds."""
    for _ in range(120):
        try:
            urlopen(f"{root.rstrip('/')}/health/ready", timeout=10).close()
            return
        except OSError:
            time.sleep(1)
    raise SystemExit(f"{root} 未就绪，请看 {root}/health/ready 说的是哪一项")


class FirstBatch:
    """The batch, and the people who take it on."""

    def __init__(self, root: str, passwords: dict[str, str], firms: int | None = None) -> None:
        names = ("clerk_1", "reviewer_1", "approver_1", "approver_2", "finance_1", "city_reviewer_1")
        signed_in = [Person(root, name, passwords[name]) for name in names]
        self.clerk, self.reviewer, self.approver, self.second_approver, self.finance, self.city = signed_in
        self.root, self.pk, self.firms = root, 0, firms

    def batch(self) -> Any:
        """As it stands."""
        return self.clerk.ask(f"batches/{self.pk}/")

    def step(self, who: Person, action: str, **fields: Any) -> None:
        """One step of the batch by one person, on the version as it stands."""
        who.post(f"batches/{self.pk}/{action}/", seen=self.batch()["version"], **fields)
        print(f"  {who.username} {action}：{self.batch()['status_label']}")

    def prepare(self) -> None:
        """The policy in force, the money, the enterprises, four months of insurance."""
        day("2023-01-03")
        drafts = self.clerk.post("policy-versions/", text=(YEAR / "policies.yaml").read_text(encoding="utf-8"))
        hire = next(draft for draft in drafts if draft["policy"]["code"] == "HIRE")
        self.approver.confirm()
        self.approver.post(f"policy-versions/{hire['id']}/publish/", seen=hire["version"])
        day("2023-01-04")
        self.clerk.give("enterprises", YEAR / "企业名录.xlsx")
        self.finance.post("appropriations/", source=SOURCE, year=2023, amount="1500000.00")
        day("2023-04-28")
        for month in ("2023-01", "2023-02", "2023-03", "2023-04"):
            self.clerk.give("insurance", YEAR / "社保缴费" / f"{month}.xlsx")
        self.clerk.give("other_subsidies", YEAR / "已享受其他补贴名单.xlsx")
        self.open(hire["policy"]["id"])

    def open(self, policy: int) -> None:
        """A new batch; every firm's own person gives its roster and its lines of the joint application list."""
        day("2023-05-04")
        self.pk = self.clerk.post("batches/", policy=policy, name="第一批", cutoff_on="2023-04-30")["id"]
        directory = sorted(self.clerk.pages("enterprises/?limit=100"), key=lambda firm: firm["directory_position"])
        for firm in directory[: self.firms]:
            roster = YEAR / "花名册" / "2023Q1" / f"{firm['name']}.xlsx"
            if roster.exists():
                person = add_person_of(self.root, firm["credit_code"])
                person.give("roster", roster)
                person.give("applications", YEAR / "申报名单" / "第一批.xlsx", scope=f"batch:{self.pk}")

    def decide(self) -> None:
        """Computed, submitted, reviewed, approved, posted, and sent to the city when the notice is over."""
        job = self.clerk.post(f"batches/{self.pk}/compute/")
        self.clerk.follow(f"jobs/{job['id']}/", "queued", "running")
        self.step(self.clerk, "submit")
        day("2023-05-05")
        self.step(self.reviewer, "review", is_passed=True)
        for approver in (self.approver, self.second_approver)[: self.batch()["approvals_required"]]:
            approver.confirm()
            self.step(approver, "approve", is_passed=True)
        self.clerk.confirm()
        self.step(self.clerk, "publish")
        day("2023-05-13")
        self.step(self.clerk, "end-notice")
        self.step(self.clerk, "send")

    def pay(self) -> None:
        """The city answers, finance pays, the bank returns its list, and the batch is closed."""
        day("2023-05-18")
        self.city.give("city_answers", YEAR / "市局批复" / "第一批.xlsx", scope=f"batch:{self.pk}")
        day("2023-05-22")
        made = self.finance.post("payment-files/", batch=self.pk, number=NUMBER)
        self.finance.confirm()
        Path(sys.argv[2]).with_name(f"付款-{NUMBER}.xlsx").write_bytes(
            self.finance.ask(f"payment-files/{made['id']}/content/")
        )
        day("2023-05-26")
        self.finance.post(f"payment-files/{made['id']}/send/", seen=made["version"])
        day("2023-05-29")
        self.finance.give("bank_returns", YEAR / "银行回盘" / "第一批.xlsx", scope=f"payment_file:{made['id']}")

    def tell(self) -> None:
        """What came of it, and one line's reasons."""
        found = self.batch()
        print(
            f"{found['name']}：{found['status_label']}，{found['current']['people']} 人，¥{found['current']['amount']}"
        )
        (refused, *_) = self.clerk.pages(f"lines/?batch={self.pk}&is_eligible=false&limit=1")
        for condition in self.clerk.ask(f"lines/{refused['id']}/why/")["conditions"]:
            if not condition["passed"]:
                print(
                    f"  不符合：{condition['sentence']}（{condition['clause']}；{condition['source']}）{condition['remedy']}"
                )
        for money in self.finance.pages(f"appropriations/?source={quote(SOURCE)}"):
            print(f"{money['source']}：到账 {money['amount']}，已拨付 {money['paid']}")


if __name__ == "__main__":
    wait_until_ready(sys.argv[1])
    road = FirstBatch(
        sys.argv[1],
        passwords_in(Path(sys.argv[2]).read_text(encoding="utf-8")),
        int(sys.argv[3]) if len(sys.argv) > 3 else None,
    )
    road.prepare()
    road.decide()
    road.pay()
    road.tell()
