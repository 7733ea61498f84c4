CREATE TABLE "session_marks" (
	"session_id" text PRIMARY KEY NOT NULL,
	"seen_at_ms" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "session_snapshots" (
	"id" text PRIMARY KEY NOT NULL,
	"version" bigint NOT NULL,
	"record" jsonb NOT NULL,
	"created_at_ms" bigint NOT NULL,
	"updated_at_ms" bigint NOT NULL,
	"ended_at_ms" bigint
);
--> statement-breakpoint
CREATE INDEX "session_marks_seen_at" ON "session_marks" USING btree ("seen_at_ms");--> statement-breakpoint
CREATE INDEX "session_snapshots_updated_at" ON "session_snapshots" USING btree ("updated_at_ms");