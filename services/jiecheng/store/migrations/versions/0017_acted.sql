ALTER TABLE substitutions ADD COLUMN acted boolean DEFAULT false NOT NULL;

UPDATE substitutions SET acted = true WHERE id IN (SELECT substitution_id FROM stand_ins WHERE acted)
