-- HIRE written out by hand: what somebody who knows SQL and this one policy would write.
-- Named parameters: calculation, bureau, cutoff.
INSERT INTO subsidies_claim
  (reference, batch_id, calculation_id, organisation_id, position, lines, people, amount_fen, recorded_at)
SELECT substr(md5(random()::text), 1, 20), c.batch_id, c.id, t.organisation_id, t.directory_position, 0, 0, 0, now()
FROM subsidies_calculation c CROSS JOIN park_workers_enterprise t
WHERE c.id = %(calculation)s AND t.bureau_id = %(bureau)s;

INSERT INTO hand_line
  (calculation_id, claim_id, position, worker_id, employment_id, period_key, is_eligible, amount_fen, fail_mask, line_digest,
   enterprise_type, enterprise_admitted_on, employment_form, hired_on, left_on, is_front_line, contract_starts_on,
   contract_ends_on, contract_is_open_ended, contract_months, insured_run_months, insured_run_starts, birth_on, sex,
   age_at_hire, paid_policies, other_subsidies)
WITH contract AS (
  SELECT DISTINCT ON (employment_id) employment_id, starts_on, ends_on, form, ends_on IS NULL AS is_open_ended,
    ((date_part('year', ends_on + 1) - date_part('year', starts_on)) * 12
     + date_part('month', ends_on + 1) - date_part('month', starts_on)
     - (LEAST(date_part('day', starts_on),
              date_part('day', date_trunc('month', ends_on + 1) + interval '1 month' - interval '1 day'))
        > date_part('day', ends_on + 1))::int)::int AS months
  FROM park_workers_contractspan
  ORDER BY employment_id, starts_on <= %(cutoff)s DESC,
           CASE WHEN starts_on <= %(cutoff)s THEN -(starts_on - DATE '1970-01-01') ELSE starts_on - DATE '1970-01-01' END
), post AS (
  SELECT DISTINCT ON (employment_id) employment_id, is_front_line FROM park_workers_postspan
  ORDER BY employment_id, starts_on <= %(cutoff)s DESC,
           CASE WHEN starts_on <= %(cutoff)s THEN -(starts_on - DATE '1970-01-01') ELSE starts_on - DATE '1970-01-01' END
), months AS (
  SELECT COALESCE(w.merged_into_id, w.id) AS person_id, m.credit_code, bit_or(1::bigint <<
    ((date_part('year', %(cutoff)s::date) - date_part('year', m.month)) * 12
     + date_part('month', %(cutoff)s::date) - date_part('month', m.month))::int) AS seen
  FROM park_workers_insuredmonth m JOIN park_workers_worker w ON w.id = m.worker_id
  WHERE m.kind = '企业职工基本养老保险' AND m.voided_at IS NULL AND m.month <= %(cutoff)s GROUP BY 1, 2
), run AS MATERIALIZED (
  -- Trailing ones: the place of the lowest bit that is not set.
  SELECT person_id, credit_code, round(ln((~seen & (seen + 1))::float8) / ln(2::float8))::int AS months FROM months
), paid AS (
  SELECT COALESCE(w.merged_into_id, w.id) AS person_id, string_agg(DISTINCT p.code, '|' ORDER BY p.code) AS codes
  FROM subsidies_entitlement n JOIN park_workers_worker w ON w.id = n.worker_id
  JOIN subsidies_batch b ON b.id = n.batch_id JOIN subsidies_policy p ON p.id = b.policy_id
  WHERE n.voided_at IS NULL AND p.code = 'HIRE' GROUP BY 1
), other AS (
  SELECT COALESCE(w.merged_into_id, w.id) AS person_id, string_agg(DISTINCT s.name, '|' ORDER BY s.name) AS names
  FROM park_workers_othersubsidy s JOIN park_workers_worker w ON w.id = s.worker_id GROUP BY 1
), fact AS (
  SELECT c.id AS claim_id, p.id AS worker_id, e.id AS employment_id, t.kind, t.admitted_on, k.form, e.hired_on, e.left_on,
    f.is_front_line, k.starts_on, k.ends_on, k.is_open_ended, k.months AS contract_months, COALESCE(r.months, 0) AS run_months,
    CASE WHEN r.months > 0
      THEN (date_trunc('month', %(cutoff)s::date) - (r.months - 1) * interval '1 month')::date END AS run_starts,
    p.birth_on, p.sex,
    (((date_part('year', e.hired_on) - date_part('year', p.birth_on)) * 12 + date_part('month', e.hired_on)
      - date_part('month', p.birth_on) - (date_part('day', e.hired_on) < date_part('day', p.birth_on))::int)::int / 12) AS age,
    COALESCE(y.codes, '') AS paid, COALESCE(s.names, '') AS others
  FROM park_workers_employment e
  JOIN park_workers_enterprise t ON t.organisation_id = e.enterprise_id
  JOIN park_workers_organisation o ON o.id = e.enterprise_id
  JOIN park_workers_worker w ON w.id = e.worker_id
  JOIN park_workers_worker p ON p.id = COALESCE(w.merged_into_id, w.id)
  JOIN subsidies_claim c ON c.calculation_id = %(calculation)s AND c.organisation_id = e.enterprise_id
  LEFT JOIN contract k ON k.employment_id = e.id
  LEFT JOIN post f ON f.employment_id = e.id
  LEFT JOIN run r ON r.person_id = p.id AND r.credit_code = o.credit_code
  LEFT JOIN paid y ON y.person_id = p.id
  LEFT JOIN other s ON s.person_id = p.id
  WHERE t.bureau_id = %(bureau)s AND e.hired_on <= %(cutoff)s
), judged AS (
  SELECT *,
    CASE WHEN admitted_on <= %(cutoff)s THEN 0 ELSE 1 END
    + CASE WHEN kind = '纺织服装企业' THEN 0 ELSE 2 END
    + CASE WHEN kind <> '劳务派遣' AND form <> '劳务派遣' THEN 0 ELSE 4 END
    + CASE WHEN hired_on BETWEEN DATE '2023-01-01' AND DATE '2023-12-31' THEN 0 ELSE 8 END
    + CASE WHEN is_front_line THEN 0 ELSE 16 END
    + CASE WHEN is_open_ended OR contract_months >= 12 THEN 0 ELSE 32 END
    + CASE WHEN run_months >= 3 THEN 0 ELSE 64 END
    + CASE WHEN left_on < %(cutoff)s THEN 128 ELSE 0 END
    + CASE WHEN age >= 16 THEN 0 ELSE 256 END
    + CASE WHEN age < CASE sex WHEN '男' THEN 60 WHEN '女' THEN 50 END THEN 0 ELSE 512 END
    + CASE WHEN '|' || paid || '|' LIKE '%%|HIRE|%%' THEN 1024 ELSE 0 END
    + CASE WHEN '|' || others || '|' LIKE '%%|一次性扩岗补助|%%' OR '|' || others || '|' LIKE '%%|一次性吸纳就业补贴|%%'
        THEN 2048 ELSE 0 END AS mask
  FROM fact
)
SELECT %(calculation)s, claim_id, row_number() OVER (), worker_id, employment_id, 'once', mask = 0,
  CASE WHEN mask = 0 THEN 200000 ELSE 0 END, mask, '', kind, admitted_on, form, hired_on, left_on, is_front_line, starts_on,
  ends_on, is_open_ended, contract_months, run_months, run_starts, birth_on, sex, age, paid, others
FROM judged;

UPDATE subsidies_claim c SET lines = found.lines, people = found.people, amount_fen = found.amount
FROM (SELECT claim_id, COUNT(*) AS lines, COUNT(DISTINCT worker_id) FILTER (WHERE is_eligible) AS people,
             SUM(amount_fen) AS amount FROM hand_line WHERE calculation_id = %(calculation)s GROUP BY claim_id) found
WHERE c.id = found.claim_id;
