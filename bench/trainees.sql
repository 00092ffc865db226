-- People of the park who passed: :passed of them in classes of 40 at six bases, one in five beside somebody who failed; half are referred.
-- Named parameters: passed, bureau.  Run after park.sql in the same session (it draws as park.sql does).
INSERT INTO park_workers_organisation (id, kind, name, credit_code, recorded_at)
SELECT 500 + b, 'training_base', '基地' || b, 'C' || lpad(b::text, 17, '0'), now() FROM generate_series(1, 6) b;

INSERT INTO park_workers_trainingbase (organisation_id, bureau_id, recorded_at) SELECT 500 + b, %(bureau)s, now() FROM generate_series(1, 6) b;

INSERT INTO training_trainingclass
  (id, status, version, base_id, number, trade, level, starts_on, ends_on, planned_hours, is_reported, plan, place, capacity,
   return_reason, cancel_reason, recorded_at)
SELECT k, 'completed', 1, 501 + k %% 6, k || '-班', (ARRAY['平车', '裁剪', '锁眼', '整烫', '检验'])[1 + k %% 5], 3 + k %% 3,
       ends - 10, ends, 40, true, '', '', 0, '', '', now()
FROM (SELECT k, DATE '2022-11-30' + pg_temp.draw(k, 31, 300) AS ends FROM generate_series(1, (%(passed)s + 39) / 40) k) held;

-- One in ten of them sits in two classes.
INSERT INTO training_enrolment (id, training_class_id, worker_id, attended_hours, order_enterprise_name, recorded_at)
SELECT i, 1 + i / 40, CASE WHEN i %% 10 = 0 AND i > 400 THEN (i - 397) * 3 ELSE i * 3 END, 38,
       CASE WHEN i / 40 %% 3 = 0 THEN '企业' || (1 + i / 40 %% 40) ELSE '' END, now()
FROM generate_series(0, %(passed)s - 1) i WHERE i > 0;

INSERT INTO training_assessment (enrolment_id, theory_score, practice_score, verdict, recorded_at)
SELECT id, 80, 80, CASE WHEN id %% 6 = 5 THEN '不合格' ELSE '合格' END, now() FROM training_enrolment;

INSERT INTO training_referral
  (status, version, reference, shows_marks, referred_on, ended_on, refusal, note, base_id, enrolment_id, enterprise_id, worker_id,
   recorded_at)
SELECT CASE s.id %% 10 WHEN 1 THEN 'refused' WHEN 3 THEN 'withdrawn' ELSE 'referred' END, 1, lpad(s.id::text, 16, 'r'), false,
       c.ends_on + 5, CASE WHEN s.id %% 10 IN (1, 3) THEN c.ends_on + 30 END, CASE WHEN s.id %% 10 = 1 THEN 'pay' ELSE '' END, '',
       c.base_id, s.id, COALESCE(e.enterprise_id, 1001), s.worker_id, now()
FROM training_enrolment s JOIN training_trainingclass c ON c.id = s.training_class_id
JOIN training_assessment a ON a.enrolment_id = s.id AND a.verdict = '合格'
LEFT JOIN park_workers_employment e ON e.worker_id = s.worker_id WHERE s.id %% 2 = 1 OR s.id %% 20 = 8;

SELECT setval(pg_get_serial_sequence('training_trainingclass', 'id'), (SELECT max(id) FROM training_trainingclass)),
       setval(pg_get_serial_sequence('training_enrolment', 'id'), (SELECT max(id) FROM training_enrolment));
