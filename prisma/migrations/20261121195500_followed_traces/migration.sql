-- When the replica that follows a trace last said that it does.
ALTER TABLE trace ADD COLUMN followed_at TIMESTAMPTZ(3) NOT NULL DEFAULT now();
