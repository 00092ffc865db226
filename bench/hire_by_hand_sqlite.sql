-- HIRE written out by hand for SQLite: the same twelve conditions as hire_by_hand.sql, in that engine's words.
-- Named parameters: calculation, bureau, cutoff.  A sum of columns has no type there: without a cast nothing joins by index.
INSERT INTO subsidies_claim
  (reference, batch_id, calculation_id, organisation_id, position, lines, people, amount_fen, recorded_at)
SELECT lower(hex(randomblob(10))), c.batch_id, c.id, t.organisation_id, t.directory_position, 0, 0, 0, datetime('now')
FROM subsidies_calculation c CROSS JOIN park_workers_enterprise t
WHERE c.id = :calculation AND t.bureau_id = :bureau;

INSERT INTO hand_line
  (calculation_id, claim_id, position, worker_id, employment_id, period_key, is_eligible, amount_fen, fail_mask, line_digest,
   enterprise_type, enterprise_admitted_on, employment_form, hired_on, left_on, is_front_line, contract_starts_on,
   contract_ends_on, contract_is_open_ended, contract_months, insured_run_months, insured_run_starts, birth_on, sex,
   age_at_hire, paid_policies, other_subsidies)
WITH RECURSIVE contract AS (
  SELECT employment_id, starts_on, ends_on, form, ends_on IS NULL AS is_open_ended,
    (strftime('%Y', after) - strftime('%Y', starts_on)) * 12 + strftime('%m', after) - strftime('%m', starts_on)
    - (min(strftime('%d', starts_on), strftime('%d', after, 'start of month', '+1 month', '-1 day'))
       > strftime('%d', after)) AS months
  FROM (SELECT *, date(ends_on, '+1 day') AS after, row_number() OVER (
          PARTITION BY employment_id ORDER BY starts_on <= :cutoff DESC,
          CASE WHEN starts_on <= :cutoff THEN -julianday(starts_on) ELSE julianday(starts_on) END) AS place
        FROM park_workers_contractspan) WHERE place = 1
), post AS (
  SELECT employment_id, is_front_line
  FROM (SELECT *, row_number() OVER (
          PARTITION BY employment_id ORDER BY starts_on <= :cutoff DESC,
          CASE WHEN starts_on <= :cutoff THEN -julianday(starts_on) ELSE julianday(starts_on) END) AS place
        FROM park_workers_postspan) WHERE place = 1
), bit (months, value) AS (
  SELECT 0, 1 UNION ALL SELECT months + 1, value << 1 FROM bit WHERE months < 61
), months AS (
  SELECT CAST(COALESCE(w.merged_into_id, w.id) AS INTEGER) AS person_id, m.credit_code, sum(DISTINCT 1 <<
    ((strftime('%Y', :cutoff) - strftime('%Y', m.month)) * 12 + strftime('%m', :cutoff) - strftime('%m', m.month))) AS seen
  FROM park_workers_insuredmonth m JOIN park_workers_worker w ON w.id = m.worker_id
  WHERE m.kind = '企业职工基本养老保险' AND m.voided_at IS NULL AND m.month <= :cutoff GROUP BY 1, 2
), run AS (
  -- Trailing ones: the place of the lowest bit that is not set.
  SELECT person_id, credit_code, bit.months FROM months JOIN bit ON bit.value = ~seen & (seen + 1)
), paid AS (
  SELECT person_id, group_concat(code, '|') AS codes FROM (
    SELECT DISTINCT CAST(COALESCE(w.merged_into_id, w.id) AS INTEGER) AS person_id, p.code
    FROM subsidies_entitlement n JOIN park_workers_worker w ON w.id = n.worker_id
    JOIN subsidies_batch b ON b.id = n.batch_id JOIN subsidies_policy p ON p.id = b.policy_id
    WHERE n.voided_at IS NULL AND p.code = 'HIRE' ORDER BY 1, 2) GROUP BY 1
), other AS (
  SELECT person_id, group_concat(name, '|') AS names FROM (
    SELECT DISTINCT CAST(COALESCE(w.merged_into_id, w.id) AS INTEGER) AS person_id, s.name
    FROM park_workers_othersubsidy s JOIN park_workers_worker w ON w.id = s.worker_id ORDER BY 1, 2) GROUP BY 1
), fact AS (
  SELECT c.id AS claim_id, p.id AS worker_id, e.id AS employment_id, t.kind, t.admitted_on, k.form, e.hired_on, e.left_on,
    f.is_front_line, k.starts_on, k.ends_on, k.is_open_ended, k.months AS contract_months, COALESCE(r.months, 0) AS run_months,
    CASE WHEN r.months > 0 THEN date(:cutoff, 'start of month', '-' || (r.months - 1) || ' months') END AS run_starts,
    p.birth_on, p.sex,
    strftime('%Y', e.hired_on) - strftime('%Y', p.birth_on) - (strftime('%m-%d', e.hired_on) < strftime('%m-%d', p.birth_on))
      AS age,
    COALESCE(y.codes, '') AS paid, COALESCE(s.names, '') AS others
  FROM park_workers_employment e
  JOIN park_workers_enterprise t ON t.organisation_id = e.enterprise_id
  JOIN park_workers_organisation o ON o.id = e.enterprise_id
  JOIN park_workers_worker w ON w.id = e.worker_id
  JOIN park_workers_worker p ON p.id = COALESCE(w.merged_into_id, w.id)
  JOIN subsidies_claim c ON c.calculation_id = :calculation AND c.organisation_id = e.enterprise_id
  LEFT JOIN contract k ON k.employment_id = e.id
  LEFT JOIN post f ON f.employment_id = e.id
  LEFT JOIN run r ON r.person_id = p.id AND r.credit_code = o.credit_code
  LEFT JOIN paid y ON y.person_id = p.id
  LEFT JOIN other s ON s.person_id = p.id
  WHERE t.bureau_id = :bureau AND e.hired_on <= :cutoff
), judged AS MATERIALIZED (
  SELECT *,
    CASE WHEN admitted_on <= :cutoff THEN 0 ELSE 1 END
    + CASE WHEN kind = '纺织服装企业' THEN 0 ELSE 2 END
    + CASE WHEN kind <> '劳务派遣' AND form <> '劳务派遣' THEN 0 ELSE 4 END
    + CASE WHEN hired_on BETWEEN '2023-01-01' AND '2023-12-31' THEN 0 ELSE 8 END
    + CASE WHEN is_front_line THEN 0 ELSE 16 END
    + CASE WHEN is_open_ended OR contract_months >= 12 THEN 0 ELSE 32 END
    + CASE WHEN run_months >= 3 THEN 0 ELSE 64 END
    + CASE WHEN left_on < :cutoff THEN 128 ELSE 0 END
    + CASE WHEN age >= 16 THEN 0 ELSE 256 END
    + CASE WHEN age < CASE sex WHEN '男' THEN 60 WHEN '女' THEN 50 END THEN 0 ELSE 512 END
    + CASE WHEN '|' || paid || '|' LIKE '%|HIRE|%' THEN 1024 ELSE 0 END
    + CASE WHEN '|' || others || '|' LIKE '%|一次性扩岗补助|%' OR '|' || others || '|' LIKE '%|一次性吸纳就业补贴|%'
        THEN 2048 ELSE 0 END AS mask
  FROM fact
)
SELECT :calculation, claim_id, row_number() OVER (), worker_id, employment_id, 'once', mask = 0,
  CASE WHEN mask = 0 THEN 200000 ELSE 0 END, mask, '', kind, admitted_on, form, hired_on, left_on, is_front_line, starts_on,
  ends_on, is_open_ended, contract_months, run_months, run_starts, birth_on, sex, age, paid, others
FROM judged;

UPDATE subsidies_claim SET lines = found.lines, people = found.people, amount_fen = found.amount
FROM (SELECT claim_id, COUNT(*) AS lines, COUNT(DISTINCT worker_id) FILTER (WHERE is_eligible) AS people,
             SUM(amount_fen) AS amount FROM hand_line WHERE calculation_id = :calculation GROUP BY claim_id) found
WHERE subsidies_claim.id = found.claim_id;
