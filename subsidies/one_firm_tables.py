"""The queries of facts (`fact_tables`) of one firm's people: looked for person by person, since no index knows the canonical one."""

from __future__ import annotations

#: one firm's people, without a batch: as `_EVERYBODY` would find them
OF_FIRM = """
SELECT e.id AS employment_id, e.enterprise_id AS enterprise_id, 0 AS sequence, NULL AS base_line_id, NULL AS base_digest
FROM park_workers_employment e JOIN park_workers_enterprise t ON t.organisation_id = e.enterprise_id
WHERE t.bureau_id = %s AND e.hired_on <= %s AND e.enterprise_id = %s
"""
#: every record of the people, and whose it is
RECORDS = """
, person AS (
  SELECT DISTINCT COALESCE(who.merged_into_id, who.id) AS id FROM candidate c
  JOIN park_workers_employment e ON e.id = c.employment_id JOIN park_workers_worker who ON who.id = e.worker_id
), record AS (
  SELECT person.id AS id, person.id AS person FROM person
  UNION ALL SELECT w.id, person.id FROM person JOIN park_workers_worker w ON w.merged_into_id = person.id
)
"""
LEDGER = """
SELECT DISTINCT r.person, CASE n.period_key WHEN 'once' THEN p.code ELSE p.code || '/' || n.period_key END FROM record r
JOIN subsidies_entitlement n ON n.worker_id = r.id
JOIN subsidies_batch b ON b.id = n.batch_id
JOIN subsidies_policy p ON p.id = b.policy_id
WHERE n.voided_at IS NULL AND n.batch_id <> %s AND p.bureau_id = %s AND p.code IN ({codes})
"""
OTHER_SUBSIDIES = """
SELECT DISTINCT r.person, s.name FROM record r JOIN park_workers_othersubsidy s ON s.worker_id = r.id
"""
