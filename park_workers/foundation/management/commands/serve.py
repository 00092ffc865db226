"""Web, worker, beat and, where it is installed, the reader of cards in one process tree, for one machine."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from park_workers.foundation.text_reading import QUEUE, is_reader_installed

#: all three together; gunicorn is given less, so that it ends its own children
GRACE_SECONDS = 18
RESTART_PAUSE_SECONDS = 2


class Command(BaseCommand):
    """`manage.py serve [--port N]`: starts them, restarts one that dies, stops all on Ctrl-C or TERM."""

    help = "在一台机器上启动网页、后台任务与定时任务"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--web-processes", type=int, default=2)
        parser.add_argument("--worker-processes", type=int, default=1)

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until stopped."""
        for name in ("messages", "control"):
            (Path(settings.STATE_DIR) / "broker" / name).mkdir(parents=True, exist_ok=True)
        Path(settings.STATIC_ROOT).mkdir(
            parents=True, exist_ok=True
        )  # looked for by whoever serves static files, empty or not
        commands = self._commands(options)
        self.is_stopping = False
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        children = {name: self._start(command) for name, command in commands.items()}
        has_answered = False
        while not self.is_stopping:
            time.sleep(0.5)
            has_answered = has_answered or self._told(options)
            for name, child in children.items():
                if child.poll() is not None and not self.is_stopping:
                    self.stderr.write(f"{name} 退出（{child.returncode}），正在重新启动")
                    time.sleep(RESTART_PAUSE_SECONDS)
                    if not self.is_stopping:
                        children[name] = self._start(commands[name])
        self._end(children)

    def _told(self, options: dict[str, Any]) -> bool:
        """Say where it is, once somebody would be answered there."""
        with socket.socket() as probe:
            probe.settimeout(0.2)
            if probe.connect_ex((options["host"], options["port"])) != 0:
                return False
        self.stdout.write(f"一线通已启动：http://{options['host']}:{options['port']}/  （Ctrl-C 停止）")
        self.stdout.flush()
        return True

    def _commands(self, options: dict[str, Any]) -> dict[str, list[str]]:
        python = sys.executable
        celery = [python, "-m", "celery", "-A", "config", "--quiet"]
        worker = [*celery, "worker", "--loglevel", "WARNING", "--without-gossip", "--without-mingle"]
        # One card after the other in one process: the models of the reader take some 600 MB.
        reader = {"reader": [*worker, "--queues", QUEUE, "--pool", "solo"]} if is_reader_installed() else {}
        return reader | {
            "web": [
                python, "-m", "gunicorn", "config.wsgi:application", "--bind", f"{options['host']}:{options['port']}",
                "--workers", str(options["web_processes"]), "--threads", "4", "--graceful-timeout", "15",
                "--log-level", "warning", "--logger-class", "park_workers.foundation.web_log.WebServerLog",
            ],
            "worker": [*worker, "--concurrency", str(options["worker_processes"])],
            "beat": [*celery, "beat", "--loglevel", "WARNING", "--pidfile", ""],
        }  # fmt: skip

    def _start(self, command: list[str]) -> subprocess.Popen[bytes]:
        # A session of its own: Ctrl-C reaches this parent only, which then signals each child's parent process.
        return subprocess.Popen(command, cwd=settings.BASE_DIR, env=os.environ.copy(), start_new_session=True)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.is_stopping = True

    def _end(self, children: dict[str, subprocess.Popen[bytes]]) -> None:
        """Ask each parent to finish its work, then insist."""
        for child in children.values():
            if child.poll() is None:
                child.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + GRACE_SECONDS
        for child in children.values():
            try:
                child.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                # A job cut off here is taken up again by the sweeper.
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()
        self.stdout.write("已停止。")
