CREATE TABLE "resume_dead_letters" (
	"entry" text PRIMARY KEY NOT NULL,
	"viewer_id" text NOT NULL,
	"content_id" text NOT NULL,
	"change" text NOT NULL,
	"reason" text NOT NULL,
	"at_ms" bigint DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE INDEX "resume_dead_letters_viewer" ON "resume_dead_letters" USING btree ("viewer_id");