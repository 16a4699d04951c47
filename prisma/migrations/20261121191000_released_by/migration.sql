-- Whose an address was that is kept back: whoever comes in that place can have it at once.
ALTER TABLE "address" ADD COLUMN "released_by" TEXT;
