-- Titles that were hardly begun, are short, or of a length that nobody knows are offered too: after all others.
UPDATE "resume_titles" SET "offered" = true
WHERE NOT "offered" AND "record" ->> 'state' = 'active' AND ("record" ->> 'committed')::boolean AND ("record" ->> 'watchedMs')::bigint > 0;
