-- A synthetic park of :people hires (one a person), the same every time; explicit keys, so that rows can be joined by number.
-- Named parameters: people, firms, bureau, cutoff, earlier (a calculation of another batch), policy_group.
CREATE FUNCTION pg_temp.draw(i bigint, k int, m int) RETURNS int LANGUAGE sql IMMUTABLE
AS 'SELECT (abs(hashint8(i * 1000 + k)::bigint) %% m)::int';

-- Names as people have them: one of 60 surnames, two signs of 114 (one person in five has one sign).
CREATE FUNCTION pg_temp.name_of(i bigint) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT substr('王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜', 1 + pg_temp.draw(i, 21, 60), 1)
      || substr(signs, 1 + pg_temp.draw(i, 22, 114), 1)
      || CASE WHEN pg_temp.draw(i, 23, 5) > 0 THEN substr(signs, 1 + pg_temp.draw(i, 24, 114), 1) ELSE '' END
  FROM (SELECT '伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂华文辉玲红梅建国志玉春海燕金凤云龙生荣波宁斌鹏飞鑫俊峰浩宇欣怡晨'
            || '雪婷佳慧琳琴珍莲香月秋冬雅洁璐倩颖萍莉晶薇蓉菊翠凯旭东亮健康福祥瑞庆德贵才富有成立新民光宗耀祖家兴和顺安清水木林森田' AS signs) s
$$;

INSERT INTO park_workers_organisation (id, kind, name, credit_code, recorded_at)
SELECT 1000 + f, 'enterprise', '企业' || f, 'B' || lpad(f::text, 17, '0'), now() FROM generate_series(1, %(firms)s) f;

INSERT INTO park_workers_enterprise
  (organisation_id, bureau_id, kind, park_name, admitted_on, contact_name, contact_phone, directory_position, recorded_at)
SELECT 1000 + f, %(bureau)s,
       CASE f %% 20 WHEN 7 THEN '劳务派遣' WHEN 13 THEN '其他' ELSE '纺织服装企业' END, '',
       CASE WHEN f %% 25 = 3 THEN NULL WHEN f %% 25 = 9 THEN DATE '2024-03-01' ELSE DATE '2021-01-01' + f END,
       '', '', f, now()
FROM generate_series(1, %(firms)s) f;

INSERT INTO park_workers_worker
  (id, reference, person_key, id_type, id_number, last_four_hash, name, phone, phone_hash, birth_on, sex, origin, recorded_at)
SELECT i, 'w' || lpad(i::text, 19, '0'), encode(sha256(i::text::bytea), 'hex'), '居民身份证', '', '', pg_temp.name_of(i), '', '',
       DATE '1966-01-01' + pg_temp.draw(i, 1, 15300), CASE WHEN i %% 2 = 1 THEN '男' ELSE '女' END, '', now()
FROM generate_series(1, %(people)s) i;

INSERT INTO park_workers_employment
  (id, reference, worker_id, enterprise_id, hired_on, left_on, leave_reason, source, recorded_at)
SELECT i, 'e' || lpad(i::text, 19, '0'), i, 1001 + pg_temp.draw(i, 2, %(firms)s), hired,
       CASE WHEN pg_temp.draw(i, 4, 100) < 15 THEN hired + 30 + pg_temp.draw(i, 5, 400) END, '', 'roster', now()
FROM (SELECT i, DATE '2022-11-15' + pg_temp.draw(i, 3, 400) AS hired FROM generate_series(1, %(people)s) i) hire;

INSERT INTO park_workers_contractspan (employment_id, starts_on, ends_on, form, recorded_at)
SELECT e.id, e.hired_on,
       CASE WHEN kind < 10 THEN NULL WHEN kind < 22 THEN (e.hired_on + interval '6 months' - interval '1 day')::date
            ELSE (e.hired_on + interval '3 years' - interval '1 day')::date END,
       CASE WHEN pg_temp.draw(e.id, 7, 100) < 4 THEN '劳务派遣' ELSE '劳动合同' END, now()
FROM park_workers_employment e, LATERAL (SELECT pg_temp.draw(e.id, 6, 100) AS kind) drawn;

INSERT INTO park_workers_contractspan (employment_id, starts_on, ends_on, form, recorded_at)
SELECT e.id, (e.hired_on + interval '6 months')::date, (e.hired_on + interval '18 months' - interval '1 day')::date,
       '劳动合同', now()
FROM park_workers_employment e WHERE pg_temp.draw(e.id, 6, 100) BETWEEN 16 AND 21;

INSERT INTO park_workers_postspan (employment_id, starts_on, trade, is_front_line, recorded_at)
SELECT e.id, e.hired_on + 60 * later, '平车', pg_temp.draw(e.id, 8 + later, 100) < 88, now()
FROM park_workers_employment e, generate_series(0, 1) later WHERE later = 0 OR pg_temp.draw(e.id, 10, 100) < 20;

INSERT INTO park_workers_insuredmonth (worker_id, credit_code, month, kind, voided_at, void_reason, recorded_at)
SELECT e.worker_id, o.credit_code, (date_trunc('month', %(cutoff)s::date) - back * interval '1 month')::date,
       '企业职工基本养老保险', CASE WHEN voided THEN now() END, CASE WHEN voided THEN '更正' ELSE '' END, now()
FROM park_workers_employment e JOIN park_workers_organisation o ON o.id = e.enterprise_id
CROSS JOIN LATERAL generate_series((pg_temp.draw(e.id, 12, 100) < 8)::int, pg_temp.draw(e.id, 11, 40) / 4) back
CROSS JOIN LATERAL (SELECT pg_temp.draw(e.id * 16 + back, 13, 100) < 1 AS voided) drawn;

INSERT INTO park_workers_insuredmonth (worker_id, credit_code, month, kind, void_reason, recorded_at)
SELECT e.worker_id, o.credit_code, date_trunc('month', %(cutoff)s::date)::date, '工伤保险', '', now()
FROM park_workers_employment e JOIN park_workers_organisation o ON o.id = e.enterprise_id
WHERE pg_temp.draw(e.id, 14, 10) = 0;

INSERT INTO park_workers_othersubsidy (worker_id, name, month, amount_fen, enterprise_name, recorded_at)
SELECT i, CASE WHEN pg_temp.draw(i, 15, 2) = 0 THEN '一次性扩岗补助' ELSE '社保补贴' END, DATE '2023-05-01', 100000, '', now()
FROM generate_series(1, %(people)s) i WHERE pg_temp.draw(i, 16, 100) < 5;

-- The ledger: people who had the money from an earlier batch.
INSERT INTO subsidies_claim
  (reference, batch_id, calculation_id, organisation_id, position, lines, people, amount_fen, recorded_at)
SELECT 'c' || lpad(f::text, 19, '0'), c.batch_id, c.id, 1000 + f, f, 0, 0, 0, now()
FROM generate_series(1, %(firms)s) f JOIN subsidies_calculation c ON c.id = %(earlier)s;

INSERT INTO subsidies_lineitem
  (calculation_id, claim_id, position, worker_id, employment_id, period_key, is_eligible, amount_fen, fail_mask, line_digest)
SELECT c.calculation_id, c.id, e.id, e.worker_id, e.id, 'once', true, 200000, 0, ''
FROM park_workers_employment e JOIN subsidies_claim c ON c.organisation_id = e.enterprise_id
WHERE pg_temp.draw(e.id, 17, 100) < 3;

INSERT INTO subsidies_entitlement (worker_id, "group", period_key, line_id, batch_id, void_reason, recorded_at)
SELECT l.worker_id, %(policy_group)s, 'once', l.id, c.batch_id, '', now()
FROM subsidies_lineitem l JOIN subsidies_calculation c ON c.id = l.calculation_id;

SELECT setval(pg_get_serial_sequence('park_workers_worker', 'id'), %(people)s + 1),
       setval(pg_get_serial_sequence('park_workers_employment', 'id'), %(people)s + 1),
       setval(pg_get_serial_sequence('park_workers_organisation', 'id'), %(firms)s + 1001);
