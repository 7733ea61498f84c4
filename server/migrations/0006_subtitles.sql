CREATE TABLE "session_subtitles" (
	"session_id" text NOT NULL,
	"id" text NOT NULL,
	"vtt" text NOT NULL,
	"added_at_ms" bigint NOT NULL,
	CONSTRAINT "session_subtitles_session_id_id_pk" PRIMARY KEY("session_id","id")
);
--> statement-breakpoint
CREATE INDEX "session_subtitles_added_at" ON "session_subtitles" USING btree ("added_at_ms");