-- In the order they are listed in: an export of all changes of one request would else sort them anew for each page.
DROP INDEX "change_request_id_idx";
CREATE INDEX "change_request_id_revision_idx" ON "change"("request_id", "revision");
