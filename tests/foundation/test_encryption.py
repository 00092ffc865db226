"""Personal values are sealed for their owner, found by keyed hashes, and nothing starts without keys (I13)."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from park_workers.foundation.encryption import CannotDecrypt, open_bytes, open_text, seal_bytes, seal_text
from park_workers.foundation.files import StoredFile, store_file
from park_workers.foundation.keys import KeyRing, KeysMissing
from park_workers.foundation.search_hash import person_key, search_hash
from park_workers.models import Enterprise, Worker
from park_workers.services.people import PersonLine, add_people
from tests.conftest import Cast
from tests.park_workers.numbers import id_number

BASE = Path(settings.BASE_DIR)


def people(*orders: int) -> list[Worker]:
    numbers = [id_number(order) for order in orders]
    add_people(people=[PersonLine(n, person_key(n), "张三", "13812345678") for n in numbers], recorded_by=None)
    return [Worker.objects.get(person_key=person_key(number)) for number in numbers]


def manage(*arguments: str, keys: Path) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("YXT_", "DJANGO_", "DATABASE"))}
    environment = kept | {"YXT_KEYS_FILE": str(keys), "YXT_STATE_DIR": str(keys.parent / "state")}
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=BASE, env=environment, capture_output=True, text=True, timeout=60, check=False)


def test_what_was_sealed_opens_and_never_looks_the_same_twice() -> None:
    first, second = (seal_text("13812345678", bound="worker.phone.a") for _ in range(2))
    assert first != second and "13812345678" not in first and first.startswith("k1:")
    assert open_text(first, bound="worker.phone.a") == open_text(second, bound="worker.phone.a") == "13812345678"
    assert seal_text("", bound="x") == "" == open_text("", bound="x")


@pytest.mark.parametrize("bound", ["worker.phone.b", "worker.id_number.a", "trainee.phone.a", ""])
def test_a_value_moved_to_another_owner_column_or_table_does_not_open(bound: str) -> None:
    with pytest.raises(CannotDecrypt):
        open_text(seal_text("13812345678", bound="worker.phone.a"), bound=bound)


@pytest.mark.django_db
def test_a_number_copied_to_another_person_by_sql_does_not_open() -> None:
    a, b = people(901, 902)
    Worker.objects.filter(pk=b.pk).update(id_number=a.id_number)
    b.refresh_from_db()
    with pytest.raises(CannotDecrypt, match="不符"):
        b.open_id_number()  # type: ignore[attr-defined]
    assert a.open_id_number() == id_number(901)  # type: ignore[attr-defined]


def test_a_number_copied_to_another_column_or_table_does_not_open(cast: Cast) -> None:
    (worker,) = people(901)
    worker.phone = worker.id_number
    with pytest.raises(CannotDecrypt):
        worker.open_phone()  # type: ignore[attr-defined]
    cast.alpha.contact_phone = worker.phone
    with pytest.raises(CannotDecrypt):
        cast.alpha.open_contact_phone()  # type: ignore[attr-defined]


@pytest.mark.django_db
def test_plain_text_never_gets_into_a_sealed_column(cast: Cast) -> None:
    (worker,) = people(901)
    worker.phone = "13812345678"
    with pytest.raises(ValueError, match="sealed text only"):
        worker.save()
    with pytest.raises(ValueError, match="sealed text only"):
        Enterprise.objects.update(contact_phone="x:13812345678")


@pytest.mark.parametrize("at", [0, 3, 10, -1])
def test_an_altered_value_does_not_open(at: int) -> None:
    sealed = bytearray(seal_bytes(b"13812345678", bound="a"))
    sealed[at] ^= 0x81
    with pytest.raises(CannotDecrypt):
        open_bytes(bytes(sealed), bound="a")


@pytest.mark.parametrize("sealed", ["k1:", "k1:AAAA", "k1:***", "k9:" + "A" * 64, "13812345678", ":"])
def test_what_was_never_sealed_does_not_open(sealed: str) -> None:
    with pytest.raises(CannotDecrypt):
        open_text(sealed, bound="a")


def test_another_key_does_not_open_and_a_new_key_leaves_the_old_values_readable(settings: Any) -> None:
    old, sealed = settings.KEY_RING, seal_text("13812345678", bound="a")
    settings.KEY_RING = replace(old, encryption_keys={"k1": b"0" * 16})
    with pytest.raises(CannotDecrypt):
        open_text(sealed, bound="a")
    settings.KEY_RING = replace(old, encryption_keys=old.encryption_keys | {"k2": b"1" * 16}, current_key_id="k2")
    assert open_text(sealed, bound="a") == "13812345678"
    assert seal_text("13812345678", bound="a").startswith("k2:")


def test_the_search_hash_is_the_same_for_a_key_and_differs_by_key_and_purpose(settings: Any) -> None:
    first = search_hash("13812345678", purpose="phone")
    assert first == search_hash("13812345678", purpose="phone") and len(first) == 64
    assert first != search_hash("13812345678", purpose="account")
    assert search_hash("", purpose="phone") == ""
    settings.KEY_RING = replace(settings.KEY_RING, search_hash_key=b"2" * 32)
    assert search_hash("13812345678", purpose="phone") != first


@pytest.mark.django_db
def test_a_kept_file_is_ciphertext_readable_by_its_owner_only_and_bound_to_its_row() -> None:
    one, two = (store_file(content=f"机密{n}".encode(), name="名单.xlsx") for n in range(2))
    assert "机密0".encode() not in one.path.read_bytes()
    assert one.path.stat().st_mode & 0o077 == 0
    assert StoredFile.objects.get(pk=one.pk).read() == "机密0".encode()
    two.path.write_bytes(one.path.read_bytes())
    with pytest.raises(CannotDecrypt):
        two.read()


def test_the_service_refuses_to_start_without_keys(tmp_path: Path) -> None:
    for command in (["migrate"], ["serve"]):
        started = manage(*command, keys=tmp_path / "none.json")
        assert started.returncode != 0
        assert (
            "未找到密钥文件" in started.stderr and "init_keys" in started.stderr and "Traceback" not in started.stderr
        )
    assert not (tmp_path / "none.json").exists()


def test_keys_are_made_once_for_their_owner_only_and_never_overwritten(tmp_path: Path) -> None:
    keys = tmp_path / "outside" / "keys.json"
    assert manage("init_keys", keys=keys).returncode == 0
    assert keys.stat().st_mode & 0o077 == 0
    content = keys.read_bytes()
    again = manage("init_keys", keys=keys)
    assert again.returncode != 0 and "绝不覆盖" in again.stderr
    assert manage("init_keys", "--if-missing", keys=keys).returncode == 0
    assert keys.read_bytes() == content


def test_keys_inside_the_program_folder_are_refused() -> None:
    keys = BASE / "var" / "never-made-keys.json"
    made = manage("init_keys", keys=keys)
    assert made.returncode != 0 and "程序目录" in made.stderr
    assert not keys.exists()


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"encryption_keys": {"k1": "AAAA"}}', "null", '{"encryption_keys": 1}']
)
def test_a_damaged_key_file_says_restore_never_make_anew(tmp_path: Path, text: str) -> None:
    path = tmp_path / "keys.json"
    path.write_text(text)
    with pytest.raises(KeysMissing, match="切勿重新生成"):
        KeyRing.load(path)
