-- The span that made a task necessary, as W3C's traceparent, so that the worker's attempts are in the same trace. Null
-- where nobody traced.
ALTER TABLE token_tasks ADD COLUMN traceparent text;
