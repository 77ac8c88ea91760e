-- Much of what SQLite can, with one result on every run and machine: no time, no chance.
.mode list
.headers on
PRAGMA page_size = 1024;
PRAGMA journal_mode = DELETE;
CREATE TABLE person(id INTEGER PRIMARY KEY, name TEXT NOT NULL, age INT CHECK(age >= 0), town TEXT DEFAULT 'x');
CREATE TABLE visit(person INT REFERENCES person(id) ON DELETE CASCADE ON UPDATE SET NULL, day INT, sum REAL, note BLOB);
CREATE UNIQUE INDEX person_name ON person(name COLLATE NOCASE);
CREATE INDEX visit_day ON visit(day, person) WHERE sum > 10;
CREATE INDEX visit_half ON visit(sum / 2);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)
INSERT INTO person SELECT i, 'person ' || i, (i * 7919) % 97, char(65 + i % 26) FROM n;
WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < 4000)
INSERT INTO visit SELECT (i * 31) % 500 + 1, (i * 17) % 365, (i % 1000) / 7.0, zeroblob(i % 50) FROM n;
ANALYZE;
SELECT count(*), sum(age), avg(age), min(name), max(name), total(age), group_concat(town, '') FROM person WHERE id < 60;
SELECT town, count(*) AS many FROM person GROUP BY town HAVING many > 19 ORDER BY many DESC, town LIMIT 5 OFFSET 2;
SELECT p.name, count(v.day) FROM person p LEFT JOIN visit v ON v.person = p.id AND v.sum > 100 GROUP BY p.id ORDER BY 2 DESC, 1 LIMIT 10;
SELECT a.id, b.id FROM person a JOIN person b ON a.age = b.age AND a.id < b.id WHERE a.town = b.town ORDER BY a.id, b.id LIMIT 20;
SELECT a.id, v.day FROM person a NATURAL JOIN (SELECT person AS id, day FROM visit WHERE day < 3) v ORDER BY 1, 2;
SELECT name FROM person WHERE id IN (SELECT person FROM visit WHERE sum > 142) AND NOT EXISTS (SELECT 1 FROM visit WHERE person = person.id AND day = 5) ORDER BY name LIMIT 8;
SELECT name FROM person WHERE name LIKE 'person 1_' OR name GLOB '*4[0-5]' OR age BETWEEN 95 AND 96 ORDER BY name COLLATE NOCASE DESC;
SELECT id FROM person WHERE age IN (1, 2, 3) UNION SELECT person FROM visit WHERE day = 1 INTERSECT SELECT id FROM person WHERE id < 300 EXCEPT SELECT 5 ORDER BY 1;
EXPLAIN QUERY PLAN SELECT * FROM visit JOIN person ON id = person WHERE day = 3 AND sum > 10 ORDER BY name;
EXPLAIN SELECT sum(sum) FROM visit WHERE day > 300;
SELECT day, sum, row_number() OVER w, rank() OVER w, dense_rank() OVER w, ntile(3) OVER w, lag(sum, 1, 0) OVER w, lead(sum) OVER w, first_value(sum) OVER w, last_value(sum) OVER w, nth_value(sum, 2) OVER w, percent_rank() OVER w, cume_dist() OVER w FROM visit WHERE day < 2 WINDOW w AS (PARTITION BY day ORDER BY sum, rowid) ORDER BY day, sum, person;
SELECT day, sum(sum) OVER (ORDER BY day ROWS BETWEEN 2 PRECEDING AND 1 FOLLOWING), count(*) OVER (ORDER BY day RANGE BETWEEN 3 PRECEDING AND CURRENT ROW), max(sum) FILTER (WHERE person > 100) OVER (ORDER BY day GROUPS BETWEEN 1 PRECEDING AND 1 FOLLOWING EXCLUDE TIES) FROM visit WHERE day < 3 ORDER BY day, sum, person;
SELECT CASE WHEN age < 10 THEN 'young' WHEN age < 60 THEN 'middle' ELSE 'old' END AS class, count(*) FROM person GROUP BY 1 ORDER BY 1;
SELECT CASE id % 3 WHEN 0 THEN 'a' WHEN 1 THEN 'b' END, coalesce(NULL, id), ifnull(NULL, 2), nullif(id, 3), iif(id > 2, 'y', 'n') FROM person WHERE id < 6;
SELECT abs(-3), length('häßlich'), lower('ABC'), upper('abc'), substr('abcdef', 2, 3), trim('  x '), ltrim('xxa', 'x'), rtrim('axx', 'x'), replace('banana', 'an', 'o'), instr('hello', 'l'), hex('abc'), quote('it''s'), unicode('a'), round(2.567, 2), typeof(1), typeof(1.5), typeof(NULL), typeof(x'00'), printf('%05d|%-8s|%.3f|%x|%e|%c|%q', 42, 'ab', 3.14159, 255, 12345.678, 'z', 'o''k');
SELECT sqrt(2), pow(2, 10), ln(10), log10(1000), log2(8), exp(1), sin(1), cos(1), atan2(1, 2), ceil(1.2), floor(-1.2), trunc(2.7), mod(7, 3), pi(), degrees(1), radians(180), sign(-2);
SELECT date('2024-02-29', '+1 year'), time('12:34:56', '-1 hour'), datetime('2000-01-01 00:00:00', 'start of month', '+1 month', '-1 day'), julianday('2020-01-01'), strftime('%Y-%j %H:%M:%S %w %s %f', '2021-03-04 05:06:07.891'), date(2459000.5), date(1600000000, 'unixepoch');
SELECT json('{"a": [1, 2, {"b": null}]}'), json_extract('{"a": [1, 2, {"b": 3}]}', '$.a[2].b'), '{"x": 5}' -> '$.x', '{"x": "y"}' ->> 'x', json_array(1, 'two', 3.5), json_object('k', 1, 'l', json('[2]')), json_set('{"a":1}', '$.b', 2), json_insert('[1]', '$[#]', 9), json_remove('{"a":1,"b":2}', '$.a'), json_replace('{"a":1}', '$.a', 'q'), json_type('[true]', '$[0]'), json_valid('{x}'), json_patch('{"a":1}', '{"a":null,"c":3}'), json_array_length('[1,2,3]'), json_quote('a"b');
SELECT key, value, type, path, fullkey FROM json_tree('{"a": [1, {"b": "c"}], "d": 1e3}');
SELECT json_group_array(id), json_group_object(id, name) FROM person WHERE id < 5;
SELECT value FROM json_each('[3, 1, 2]') ORDER BY value;
CREATE VIEW old AS SELECT id, name, age FROM person WHERE age > 80;
CREATE TABLE log(what TEXT, id INT, was, now);
CREATE TRIGGER person_update AFTER UPDATE OF age ON person WHEN new.age <> old.age BEGIN
  INSERT INTO log VALUES ('update', old.id, old.age, new.age);
END;
CREATE TRIGGER person_delete BEFORE DELETE ON person BEGIN
  INSERT INTO log SELECT 'delete', old.id, old.name, NULL;
  SELECT CASE WHEN old.id = 1 THEN RAISE(ABORT, 'the first one stays') END;
END;
CREATE TRIGGER old_insert INSTEAD OF INSERT ON old BEGIN
  INSERT INTO person(name, age) VALUES (new.name, new.age);
END;
INSERT INTO old(name, age) VALUES ('late one', 90), ('later one', 91);
UPDATE person SET age = age + 1 WHERE id % 50 = 0;
UPDATE person SET town = v.day FROM (SELECT person, max(day) AS day FROM visit GROUP BY person) v WHERE v.person = id AND id < 10 RETURNING id, town;
DELETE FROM person WHERE id = 1;
PRAGMA foreign_keys = ON;
DELETE FROM person WHERE id BETWEEN 200 AND 220 RETURNING name;
UPDATE person SET id = id + 10000 WHERE id = 300;
SELECT * FROM log ORDER BY rowid;
SELECT count(*), count(person) FROM visit;
INSERT INTO person(id, name) VALUES (2, 'taken');
INSERT INTO person(name, age) VALUES ('PERSON 3', 1);
INSERT OR IGNORE INTO person(name, age) VALUES ('person 3', 1);
INSERT OR REPLACE INTO person(id, name, age) VALUES (4, 'replaced', 44);
INSERT INTO person(id, name, age) VALUES (5, 'again', 1) ON CONFLICT(id) DO UPDATE SET age = excluded.age + age WHERE age < 90;
INSERT INTO person(id, name, age) VALUES (6, 'person 6', 1) ON CONFLICT DO NOTHING;
INSERT INTO person(name, age) VALUES ('negative', -1);
INSERT INTO visit VALUES (99999, 1, 1, NULL);
SELECT nothing FROM nowhere;
SELECT syntax error from;
SELECT 'unterminated
;
';
BEGIN;
INSERT INTO log VALUES ('a', 1, 2, 3);
SAVEPOINT one;
DELETE FROM log;
SELECT count(*) FROM log;
ROLLBACK TO one;
SELECT count(*) FROM log;
RELEASE one;
ROLLBACK;
BEGIN IMMEDIATE;
UPDATE visit SET sum = sum * 2 WHERE day % 2;
COMMIT;
ALTER TABLE person ADD COLUMN mail TEXT DEFAULT 'none';
ALTER TABLE person RENAME COLUMN town TO place;
ALTER TABLE log RENAME TO history;
ALTER TABLE person DROP COLUMN mail;
.schema
CREATE TABLE pair(a, b, c AS (a + b) STORED, d AS (a * b), PRIMARY KEY(a, b)) WITHOUT ROWID;
INSERT INTO pair VALUES (1, 2), (3, 4), (2, 9), ('x', NULL);
SELECT *, (a, b) > (2, 0) FROM pair ORDER BY a DESC;
CREATE TABLE strict(i INTEGER, t TEXT, r REAL, b BLOB, a ANY) STRICT;
INSERT INTO strict VALUES (1, 'x', 2, x'ab', 7), ('12', 3, '1.5', x'', NULL);
INSERT INTO strict VALUES ('no', 'x', 2, x'ab', 7);
SELECT *, typeof(a) FROM strict;
CREATE VIRTUAL TABLE text USING fts5(title, body, tokenize = 'porter unicode61');
INSERT INTO text VALUES ('running', 'the quick brown foxes are running over lazy dogs'), ('Äpfel', 'apples and pears, pears and plums'), ('numbers', 'one two three four two one');
INSERT INTO text SELECT 'row ' || id, 'text about ' || name || ' of ' || place FROM person WHERE id < 150;
SELECT rowid, title, snippet(text, 1, '[', ']', '...', 6) FROM text WHERE text MATCH 'run OR pear*' ORDER BY rowid;
SELECT highlight(text, 1, '<', '>') FROM text WHERE text MATCH '"two three" NOT fox';
SELECT count(*) FROM text WHERE text MATCH 'title: row AND body: NEAR(text person, 3)';
SELECT rowid FROM text WHERE text MATCH 'person' ORDER BY bm25(text), rowid LIMIT 3;
UPDATE text SET body = 'changed' WHERE rowid = 2;
DELETE FROM text WHERE rowid = 3;
INSERT INTO text(text) VALUES ('optimize');
INSERT INTO text(text) VALUES ('integrity-check');
CREATE VIRTUAL TABLE box USING rtree(id, x0, x1, y0, y1);
INSERT INTO box SELECT id, id % 20, id % 20 + 3, id % 17, id % 17 + 2 FROM person WHERE id < 400;
SELECT count(*), sum(id) FROM box WHERE x0 > 5 AND x1 < 12 AND y0 >= 3;
DELETE FROM box WHERE id % 3 = 0;
SELECT count(*), max(x1) FROM box WHERE y1 < 9;
SELECT name, path, pageno, pagetype FROM dbstat WHERE name = 'log' OR pageno < 3 ORDER BY pageno;
CREATE TEMP TABLE scratch AS SELECT id, age FROM person ORDER BY age DESC, id LIMIT 30;
SELECT sum(id) FROM scratch s JOIN person USING (id) WHERE s.age > 90;
ATTACH ':memory:' AS other;
CREATE TABLE other.copy AS SELECT * FROM person;
SELECT count(*) FROM other.copy c, main.person p WHERE c.id = p.id;
DETACH other;
WITH RECURSIVE
  x(v) AS (SELECT -2.0 UNION ALL SELECT v + 0.1 FROM x WHERE v < 1.2),
  y(v) AS (SELECT -1.0 UNION ALL SELECT v + 0.2 FROM y WHERE v < 1.0),
  m(n, cx, cy, zx, zy) AS (SELECT 0, x.v, y.v, 0.0, 0.0 FROM x, y UNION ALL SELECT n + 1, cx, cy, zx * zx - zy * zy + cx, 2.0 * zx * zy + cy FROM m WHERE zx * zx + zy * zy < 4.0 AND n < 20),
  deepest(n, cx, cy) AS (SELECT max(n), cx, cy FROM m GROUP BY cx, cy),
  drawn(t) AS (SELECT group_concat(substr(' .+*#', 1 + min(n / 5, 4), 1), '') FROM deepest GROUP BY cy)
SELECT group_concat(rtrim(t), x'0a') FROM drawn;
SELECT sum(1e308) OVER (), 9223372036854775807 + 1, 7 / 0, 7 % 0, -7 / 2, 5 << 3, 5 >> 1, 6 & 3, 6 | 1, ~5, 'a' || 1, 1 = '1', NULL IS NULL, 1 IS NOT 2, 1e3, 0x1F, '12abc' + 1, CAST('3.7x' AS INTEGER), CAST(x'3132' AS TEXT);
REINDEX;
VACUUM;
PRAGMA integrity_check;
PRAGMA foreign_key_check;
PRAGMA table_info(person);
PRAGMA index_list(person);
PRAGMA cache_size = 10;
PRAGMA journal_mode = WAL;
INSERT INTO visit SELECT person, day + 1, sum, note FROM visit WHERE person < 100;
SELECT count(*) FROM visit;
PRAGMA wal_checkpoint;
PRAGMA journal_mode = DELETE;
DROP VIEW old;
DROP INDEX visit_half;
DROP TABLE visit;
.mode column
SELECT id, name FROM person WHERE id < 4;
.mode csv
SELECT id, 'a,"b"' FROM person WHERE id < 4;
.mode json
SELECT id, name, NULL FROM person WHERE id < 4;
.mode insert t
SELECT id, name, 1.5, x'00ff' FROM person WHERE id < 4;
.mode box
SELECT id, name FROM person WHERE id < 4;
.mode markdown
SELECT id, name FROM person WHERE id < 4;
.mode html
SELECT id, '<&>' FROM person WHERE id < 4;
.mode quote
SELECT id, 'it''s', NULL, x'01' FROM person WHERE id < 4;
.mode line
SELECT id, name FROM person WHERE id < 3;
.tables
.indexes
.parameter set :p 3
SELECT name FROM person WHERE id = :p;
.dump history
.show
.help mode
.nosuch
.quit
