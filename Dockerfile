# One image for web, worker and beat (compose.yaml).  It holds no secret: keys and passwords come when it runs.
FROM python:3.12-slim-trixie

# pg_dump and pg_restore for `manage.py backup` and `restore`; not older than the server of compose.yaml.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends postgresql-client \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --uid 10001 --create-home --shell /usr/sbin/nologin yixiantong \
 && install --directory --owner yixiantong --mode 0700 /var/lib/yixiantong

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    YXT_STATE_DIR=/var/lib/yixiantong \
    YXT_KEYS_FILE=/run/secrets/yixiantong_keys

WORKDIR /srv/yixiantong
# requirements-ocr.txt holds the reader of identity cards too
ARG REQUIREMENTS=requirements.txt
COPY requirements.txt requirements-ocr.txt ./
RUN pip install --no-cache-dir --require-hashes --requirement "$REQUIREMENTS"
COPY . .

USER yixiantong
VOLUME /var/lib/yixiantong
EXPOSE 8000
CMD ["python", "-m", "gunicorn", "config.wsgi:application", "--bind", "0.0.0.0:8000", "--workers", "4", "--threads", "4", \
     "--graceful-timeout", "15", "--worker-tmp-dir", "/dev/shm", "--log-level", "warning", \
     "--logger-class", "park_workers.foundation.web_log.WebServerLog"]
